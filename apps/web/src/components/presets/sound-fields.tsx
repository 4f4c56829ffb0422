'use client'

import { Checkbox, NativeSelect, SimpleGrid, Stack, Switch } from '@mantine/core'
import { codecLabel } from '@/lib/format'
import { blankAudio } from '@/lib/presets/draft'
import type { FieldErrors } from '@/lib/presets/field-errors'
import { CHANNELS, type FullPreset } from '@/lib/presets/preset'
import { NumberField, orNull } from './number-field'

type Audio = NonNullable<FullPreset['audio']>

const KILO = 1000

interface SoundFieldsProps {
  value: Audio | null
  onChange: (value: Audio | null) => void
  /** By the paths below `audio`. */
  errors: FieldErrors
}

export function SoundFields({ value, onChange, errors }: SoundFieldsProps) {
  return (
    <Stack gap="sm">
      <Switch
        label="Make sound"
        checked={value !== null}
        onChange={({ currentTarget }) => onChange(currentTarget.checked ? blankAudio() : null)}
        error={errors['']}
      />
      {value && <AudioFields value={value} onChange={onChange} errors={errors} />}
    </Stack>
  )
}

interface AudioFieldsProps {
  value: Audio
  onChange: (value: Audio) => void
  errors: FieldErrors
}

function AudioFields({ value, onChange, errors }: AudioFieldsProps) {
  const set = (change: Partial<Audio>) => onChange({ ...value, ...change })
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
      <NativeSelect
        label="Sound codec"
        data={(['aac', 'opus'] as const).map((codec) => ({
          value: codec,
          label: codecLabel(codec),
        }))}
        value={value.codec}
        onChange={({ currentTarget }) => set({ codec: currentTarget.value as Audio['codec'] })}
        error={errors.codec}
      />
      <NativeSelect
        label="Channels"
        data={Object.entries(CHANNELS).map(([number, label]) => ({ value: number, label }))}
        value={String(value.channels)}
        onChange={({ currentTarget }) =>
          set({ channels: Number(currentTarget.value) as Audio['channels'] })
        }
        error={errors.channels}
      />
      <NumberField
        label="Sound bitrate"
        suffix=" kbit/s"
        factor={KILO}
        value={value.bitrate_bps}
        onChange={(rate) => set({ bitrate_bps: rate })}
        error={errors.bitrate_bps}
        min={32}
        max={512}
        step={16}
        required
      />
      <NumberField
        label="Tracks at most"
        value={value.max_tracks}
        onChange={(tracks) => set({ max_tracks: tracks })}
        error={errors.max_tracks}
        min={1}
        max={16}
        required
      />
      <NumberField
        label="Loudness"
        suffix=" LUFS"
        placeholder="as it is"
        value={value.loudness_lufs}
        onChange={(loudness) => set({ loudness_lufs: orNull(loudness) })}
        error={errors.loudness_lufs}
        min={-70}
        max={-5}
        decimals
      />
      {value.loudness_lufs !== null && (
        <NumberField
          label="True peak at most"
          suffix=" dBTP"
          value={value.true_peak_dbtp}
          onChange={(peak) => set({ true_peak_dbtp: peak })}
          error={errors.true_peak_dbtp}
          min={-9}
          max={0}
          decimals
          required
        />
      )}
      <Checkbox
        label="An MP3 too"
        checked={value.mp3}
        onChange={({ currentTarget }) => set({ mp3: currentTarget.checked })}
        error={errors.mp3}
        mt={{ base: 0, xs: 30 }}
      />
      {value.mp3 && (
        <NumberField
          label="Bitrate of the MP3"
          suffix=" kbit/s"
          factor={KILO}
          value={value.mp3_bitrate_bps}
          onChange={(rate) => set({ mp3_bitrate_bps: rate })}
          error={errors.mp3_bitrate_bps}
          min={32}
          max={320}
          step={16}
          required
        />
      )}
    </SimpleGrid>
  )
}
