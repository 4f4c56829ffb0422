'use client'

import { Checkbox, Group, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { parsePercents } from '@/lib/presets/draft'
import { errorsBelow, type FieldErrors } from '@/lib/presets/field-errors'
import type { FullPreset } from '@/lib/presets/preset'
import { NumberField } from './number-field'

interface OutputFieldsProps {
  value: FullPreset
  onChange: (change: Partial<FullPreset>) => void
  errors: FieldErrors
}

type Switches = 'hls' | 'dash' | 'mp4' | 'storyboard' | 'subtitles'

const SWITCHES: { name: Switches; label: string; description: string }[] = [
  { name: 'hls', label: 'HLS', description: 'What most players stream.' },
  { name: 'dash', label: 'DASH', description: 'The same segments for other players.' },
  { name: 'mp4', label: 'MP4', description: 'A file of each quality, to download.' },
  { name: 'storyboard', label: 'Storyboard', description: 'Small pictures for the scrub bar.' },
  { name: 'subtitles', label: 'Subtitles', description: 'Of the source’s own text tracks.' },
]

export function OutputFields({ value, onChange, errors }: OutputFieldsProps) {
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm">
        {SWITCHES.map(({ name, label, description }) => (
          <Checkbox
            key={name}
            label={label}
            description={description}
            checked={value[name]}
            onChange={({ currentTarget }) => onChange({ [name]: currentTarget.checked })}
            error={errors[name]}
          />
        ))}
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm">
        <NumberField
          label="Length of a segment"
          description="A whole number of keyframe distances."
          suffix=" s"
          value={value.segment_seconds}
          onChange={(seconds) => onChange({ segment_seconds: seconds })}
          error={errors.segment_seconds}
          min={0.1}
          max={20}
          decimals
          required
        />
        <StillsField value={value} onChange={onChange} errors={errors} />
        <TextInput
          label="Captions of what is spoken"
          description="A language (en, de, …) or auto; empty for none."
          value={value.captions ?? ''}
          onChange={({ currentTarget }) => onChange({ captions: currentTarget.value || null })}
          error={errors.captions}
          autoComplete="off"
        />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <Checkbox.Group
          label="Animated previews"
          value={value.previews}
          onChange={(previews) => onChange({ previews: previews as FullPreset['previews'] })}
          error={firstBelow(errors, 'previews')}
        >
          <Group mt={6}>
            <Checkbox value="gif" label="GIF" />
            <Checkbox value="webp" label="WebP" />
          </Group>
        </Checkbox.Group>
        <Checkbox.Group
          label="Measure each quality against the source"
          description="Takes about as long again."
          value={value.metrics}
          onChange={(metrics) => onChange({ metrics: metrics as FullPreset['metrics'] })}
          error={firstBelow(errors, 'metrics')}
        >
          <Group mt={6}>
            <Checkbox value="vmaf" label="VMAF" />
            <Checkbox value="ssim" label="SSIM" />
            <Checkbox value="psnr" label="PSNR" />
          </Group>
        </Checkbox.Group>
      </SimpleGrid>
    </Stack>
  )
}

/** Numbers as they are typed, so that a comma just typed is not taken away again. */
function StillsField({ value, onChange, errors }: OutputFieldsProps) {
  const [text, setText] = useState(value.thumbnail_percents.join(', '))
  return (
    <TextInput
      label="Stills at, in percent"
      description="0 is the first frame, 100 the last; empty for none."
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value)
        onChange({ thumbnail_percents: parsePercents(currentTarget.value) })
      }}
      error={firstBelow(errors, 'thumbnail_percents')}
      autoComplete="off"
    />
  )
}

/** What is wrong with a list, or with the first of its entries. */
function firstBelow(errors: FieldErrors, field: string): string | undefined {
  return Object.values(errorsBelow(errors, field))[0]
}
