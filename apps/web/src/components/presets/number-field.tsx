'use client'

import { NumberInput } from '@mantine/core'

interface NumberFieldProps {
  label: string
  description?: string
  /** NaN and null: nothing is typed. */
  value: number | null
  /** NaN where nothing is typed, which JSON has no number for: the API says that one is missing. */
  onChange: (value: number) => void
  error?: string
  suffix?: string
  /** What one of the number that is typed stands for. */
  factor?: number
  min?: number
  max?: number
  step?: number
  decimals?: boolean
  placeholder?: string
  required?: boolean
}

/** What is out of its range stays as it was typed: the API tells what is wrong with it. */
export function NumberField({
  value,
  onChange,
  factor = 1,
  decimals = false,
  required = false,
  ...input
}: NumberFieldProps) {
  return (
    <NumberInput
      {...input}
      value={value === null || Number.isNaN(value) ? '' : value / factor}
      onChange={(typed) => {
        const number = typed === '' ? Number.NaN : Number(typed) * factor
        onChange(decimals ? number : Math.round(number))
      }}
      allowDecimal={decimals || factor > 1}
      clampBehavior="none"
      aria-required={required || undefined}
    />
  )
}

/** For fields that may be left empty. */
export function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
