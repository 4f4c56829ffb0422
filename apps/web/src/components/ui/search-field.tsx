'use client'

import { CloseButton, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useEarlyInput } from './use-early-input'

interface SearchFieldProps {
  label: string
  /** What is searched, where the label says only whose. */
  placeholder?: string
  maxLength?: number
  value: string
  /** After a pause in typing; null when nothing is searched for. */
  onChange: (search: string | null) => void
}

/** A search whose text is in the address, with a pause so that not every letter is one. */
export function SearchField(props: SearchFieldProps) {
  const { label, placeholder = label, maxLength, value, onChange } = props
  const [text, setText] = useState(value)
  // Back and forward change the address without the field.
  useEffect(() => setText(value), [value])
  const search = useDebouncedCallback((typed: string) => onChange(typed.trim() || null), 300)
  const type = (typed: string) => {
    setText(typed)
    search(typed)
  }
  const field = useEarlyInput<HTMLInputElement>(value, type)
  return (
    <TextInput
      ref={field}
      aria-label={label}
      placeholder={placeholder}
      maxLength={maxLength}
      leftSection={<IconSearch size={16} aria-hidden="true" />}
      rightSection={
        text && <CloseButton size="sm" aria-label="Clear the search" onClick={() => type('')} />
      }
      value={text}
      onChange={(event) => type(event.currentTarget.value)}
      // Whoever follows a link at once must not be fetched back by a search that comes after it.
      onBlur={() => search.flush()}
      flex="100 1 14rem"
    />
  )
}
