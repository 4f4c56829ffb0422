'use client'

import { ActionIcon, Fieldset, NativeSelect, Text } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { CODECS, type VideoCodec } from '@/lib/presets/codecs'
import type { FieldErrors } from '@/lib/presets/field-errors'
import type { FullRung } from '@/lib/presets/preset'
import { NumberField, orNull } from './number-field'
import classes from './presets.module.css'

const KILO = 1000

interface RungFieldsProps {
  codec: VideoCodec
  rung: FullRung
  /** By the paths below this rung. */
  errors: FieldErrors
  onChange: (rung: FullRung) => void
  onRemove: () => void
}

export function RungFields({ codec, rung, errors, onChange, onRemove }: RungFieldsProps) {
  const set = (change: Partial<FullRung>) => onChange({ ...rung, ...change })
  const { minShortSide } = CODECS[codec]
  const name = Number.isNaN(rung.short_side) ? 'Quality' : `${rung.short_side}p`
  return (
    <Fieldset legend={name} p="sm">
      <div className={classes.rung}>
        <NumberField
          label="Short side"
          suffix=" px"
          value={rung.short_side}
          onChange={(shortSide) => set({ short_side: shortSide })}
          error={errors.short_side}
          min={minShortSide}
          max={8640}
          step={2}
          required
        />
        <AimFields codec={codec} rung={rung} errors={errors} onChange={set} />
        <NumberField
          label="Peak bitrate"
          suffix=" kbit/s"
          factor={KILO}
          value={rung.max_bitrate_bps}
          onChange={(rate) => set({ max_bitrate_bps: rate })}
          error={errors.max_bitrate_bps}
          min={1}
          max={1_000_000}
          step={100}
          required
        />
        <NumberField
          label="Buffer"
          suffix=" kbit"
          factor={KILO}
          value={rung.buffer_bits}
          onChange={(bits) => set({ buffer_bits: bits })}
          error={errors.buffer_bits}
          min={1}
          max={2_000_000}
          step={100}
          required
        />
        <ActionIcon
          variant="default"
          size={36}
          className={classes.remove}
          aria-label={`Remove ${name}`}
          title={`Remove ${name}`}
          onClick={onRemove}
        >
          <IconTrash size={16} />
        </ActionIcon>
      </div>
      {errors[''] && (
        <Text size="sm" c="var(--mantine-color-error)" mt="xs">
          {errors['']}
        </Text>
      )}
    </Fieldset>
  )
}

interface AimFieldsProps extends Omit<RungFieldsProps, 'onChange' | 'onRemove'> {
  onChange: (change: Partial<FullRung>) => void
}

/** A constant quality, or an average bitrate: never both. */
function AimFields({ codec, rung, errors, onChange }: AimFieldsProps) {
  const { crf, wholeCrf, takesTarget } = CODECS[codec]
  const byBitrate = rung.bitrate_bps !== null
  const [min, max] = crf
  return (
    <>
      <NativeSelect
        label="Aim"
        data={[
          { value: 'crf', label: 'Quality (CRF)' },
          { value: 'bitrate', label: 'Bitrate' },
        ]}
        value={byBitrate ? 'bitrate' : 'crf'}
        onChange={({ currentTarget }) =>
          onChange(
            currentTarget.value === 'crf'
              ? { crf: Math.round((min + max) / 2), bitrate_bps: null }
              : {
                  crf: null,
                  target_vmaf: null,
                  bitrate_bps: Math.round(rung.max_bitrate_bps / 2),
                },
          )
        }
      />
      {byBitrate ? (
        <NumberField
          label="Average bitrate"
          suffix=" kbit/s"
          factor={KILO}
          value={rung.bitrate_bps}
          onChange={(rate) => onChange({ bitrate_bps: rate })}
          error={errors.bitrate_bps}
          min={1}
          step={100}
          required
        />
      ) : (
        <NumberField
          label={`CRF, ${min} to ${max}`}
          value={rung.crf}
          onChange={(value) => onChange({ crf: value })}
          error={errors.crf}
          min={min}
          max={max}
          decimals={!wholeCrf}
          required
        />
      )}
      {!byBitrate && takesTarget && (
        <NumberField
          label="VMAF to keep"
          placeholder="none"
          value={rung.target_vmaf}
          onChange={(vmaf) => onChange({ target_vmaf: orNull(vmaf) })}
          error={errors.target_vmaf}
          min={50}
          max={99}
          decimals
        />
      )}
    </>
  )
}
