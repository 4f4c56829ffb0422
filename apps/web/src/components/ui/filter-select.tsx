'use client'

import { NativeSelect } from '@mantine/core'
import { useEarlyInput } from './use-early-input'

interface FilterSelectProps<Value extends string> {
  label: string
  /** What it says while it narrows nothing. */
  any: string
  options: readonly (Value | { value: Value; label: string })[]
  value: Value | null
  /** Null: whatever it is. */
  onChange: (value: Value | null) => void
  flex?: string
}

/** Narrows a list to what is of one kind. */
export function FilterSelect<Value extends string>(props: FilterSelectProps<Value>) {
  const { label, any, options, value, onChange, flex } = props
  const values = options.map((option) => (typeof option === 'string' ? option : option.value))
  const choose = (chosen: string) => onChange(values.find((one) => one === chosen) ?? null)
  const field = useEarlyInput<HTMLSelectElement>(value ?? '', choose)
  return (
    <NativeSelect
      ref={field}
      aria-label={label}
      data={[{ value: '', label: any }, ...options]}
      value={value ?? ''}
      onChange={({ currentTarget }) => choose(currentTarget.value)}
      flex={flex}
    />
  )
}
