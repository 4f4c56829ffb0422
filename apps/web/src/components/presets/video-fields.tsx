'use client'

import { Checkbox, NativeSelect, SimpleGrid } from '@mantine/core'
import { codecLabel } from '@/lib/format'
import { CODECS, type VideoCodec, withCodec } from '@/lib/presets/codecs'
import type { FieldErrors } from '@/lib/presets/field-errors'
import type { FullPreset } from '@/lib/presets/preset'
import { NumberField, orNull } from './number-field'

type Video = FullPreset['video']

interface VideoFieldsProps {
  value: Video
  onChange: (value: Video) => void
  /** By the paths below `video`. */
  errors: FieldErrors
}

export function VideoFields({ value, onChange, errors }: VideoFieldsProps) {
  const set = (change: Partial<Video>) => onChange({ ...value, ...change })
  const { defaultPreset, encoderPresets, keepsHdr } = CODECS[value.codec]
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm">
      <NativeSelect
        label="Codec"
        data={Object.keys(CODECS).map((codec) => ({ value: codec, label: codecLabel(codec) }))}
        value={value.codec}
        onChange={({ currentTarget }) =>
          onChange(withCodec(value, currentTarget.value as VideoCodec))
        }
        error={errors.codec ?? errors['']}
      />
      <NativeSelect
        label="Encoder’s speed"
        description="Slower ones need less room for the same quality."
        data={[
          { value: '', label: `${defaultPreset} (usual)` },
          ...encoderPresets.map((name) => ({ value: name, label: name })),
        ]}
        value={value.encoder_preset ?? ''}
        onChange={({ currentTarget }) => set({ encoder_preset: currentTarget.value || null })}
        error={errors.encoder_preset}
      />
      {value.codec === 'h264' && (
        <NativeSelect
          label="Profile"
          description="Old devices need baseline or main."
          data={[
            { value: '', label: 'high (usual)' },
            { value: 'main', label: 'main' },
            { value: 'baseline', label: 'baseline' },
          ]}
          value={value.profile === 'high' ? '' : (value.profile ?? '')}
          onChange={({ currentTarget }) =>
            set({ profile: (currentTarget.value || null) as Video['profile'] })
          }
          error={errors.profile}
        />
      )}
      {keepsHdr && (
        <NativeSelect
          label="HDR sources"
          description="Kept, they need a player that shows HDR."
          data={[
            { value: 'tone_map', label: 'become SDR' },
            { value: 'keep', label: 'stay HDR, in 10 bit' },
          ]}
          value={value.hdr}
          onChange={({ currentTarget }) => set({ hdr: currentTarget.value as Video['hdr'] })}
          error={errors.hdr}
        />
      )}
      <NumberField
        label="Keyframe every"
        description="A segment is a whole number of these."
        suffix=" s"
        value={value.gop_seconds}
        onChange={(seconds) => set({ gop_seconds: seconds })}
        error={errors.gop_seconds}
        min={0.1}
        max={10}
        step={0.5}
        decimals
        required
      />
      <NumberField
        label="Frames a second at most"
        description="Empty: as many as the source has."
        suffix=" fps"
        value={value.max_fps}
        onChange={(fps) => set({ max_fps: orNull(fps) })}
        error={errors.max_fps}
        min={1}
        max={300}
        decimals
      />
      <Checkbox
        label="Two passes"
        description="Spends the bitrate where it is needed; needs a bitrate in every quality."
        checked={value.two_pass}
        onChange={({ currentTarget }) => set({ two_pass: currentTarget.checked })}
        error={errors.two_pass}
        mt="xs"
      />
    </SimpleGrid>
  )
}
