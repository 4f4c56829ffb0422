'use client'

import { Group, NativeSelect, NumberInput } from '@mantine/core'
import { NO_LIMIT } from '@/lib/admin/accounts'

interface QuotaFieldProps {
  label: string
  /** null: as the settings say; -1: no limit. */
  value: number | null
  onChange: (value: number | null) => void
  /** What one of the number that is typed stands for. */
  factor: number
  /** Of the number that is typed. */
  max: number
}

/** A quota: the installation's, none, or one of the account's own. */
export function QuotaField({ label, value, onChange, factor, max }: QuotaFieldProps) {
  const kind = value === null ? 'settings' : value === NO_LIMIT ? 'none' : 'own'
  const choose = (chosen: string) => {
    if (chosen === 'settings') onChange(null)
    else onChange(chosen === 'none' ? NO_LIMIT : 100 * factor)
  }
  return (
    <Group align="flex-end" gap="xs" grow>
      <NativeSelect
        label={label}
        data={[
          { value: 'settings', label: 'As the server’s settings say' },
          { value: 'none', label: 'No limit' },
          { value: 'own', label: 'A limit of its own' },
        ]}
        value={kind}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
      />
      {kind === 'own' && (
        <NumberInput
          aria-label={`${label} at most`}
          value={(value ?? 0) / factor}
          onChange={(typed) => onChange(Math.round(Number(typed) * factor))}
          min={0}
          max={max}
          allowDecimal={factor > 1}
          allowNegative={false}
          thousandSeparator=","
          required
        />
      )}
    </Group>
  )
}
