'use client'

import { Button, Stack, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { nextRung } from '@/lib/presets/draft'
import { errorsBelow, type FieldErrors } from '@/lib/presets/field-errors'
import type { FullPreset, FullRung } from '@/lib/presets/preset'
import { RungFields } from './rung-fields'

interface RungsFieldsProps {
  video: FullPreset['video']
  onChange: (rungs: FullRung[]) => void
  /** By the paths below `video.rungs`. */
  errors: FieldErrors
}

/** The ladder, from the smallest picture to the largest. */
export function RungsFields({ video, onChange, errors }: RungsFieldsProps) {
  const { rungs, codec } = video
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {rungs.length > 0
          ? 'From the smallest to the largest. A source is never made larger: qualities above its size are left out.'
          : 'None: sound alone is made, and no pictures.'}
      </Text>
      {errors[''] && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {errors['']}
        </Text>
      )}
      {rungs.map((rung, index) => (
        <RungFields
          // biome-ignore lint/suspicious/noArrayIndexKey: fields hold what they are given, nothing of their own
          key={index}
          codec={codec}
          rung={rung}
          errors={errorsBelow(errors, String(index))}
          onChange={(changed) => onChange(rungs.with(index, changed))}
          onRemove={() => onChange(rungs.toSpliced(index, 1))}
        />
      ))}
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconPlus size={16} aria-hidden="true" />}
        onClick={() => onChange([...rungs, nextRung(rungs)])}
        style={{ alignSelf: 'flex-start' }}
      >
        Add a quality
      </Button>
    </Stack>
  )
}
