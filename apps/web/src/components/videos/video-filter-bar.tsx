'use client'

import { CloseButton, Group, NativeSelect, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { MAX_SEARCH_LENGTH } from '@/lib/videos/gallery-filters'
import { VISIBILITIES, type Visibility } from '@/lib/videos/video'
import type { OwnVideoFilters } from './use-own-videos'
import { visibilityLabel } from './visibility'

interface VideoFilterBarProps {
  filters: OwnVideoFilters
  /** Null takes a filter out of the address. */
  onChange: (change: {
    visibility?: Visibility | null
    search?: string | null
    pages: null
  }) => void
}

export function VideoFilterBar({ filters, onChange }: VideoFilterBarProps) {
  const [text, setText] = useState(filters.search)
  // Back and forward change the address without the field.
  useEffect(() => setText(filters.search), [filters.search])
  const search = useDebouncedCallback((value: string) => {
    onChange({ search: value.trim() || null, pages: null })
  }, 300)
  const type = (value: string) => {
    setText(value)
    search(value)
  }
  return (
    <Group component="search" gap="sm" align="end">
      <TextInput
        aria-label="Search my videos"
        placeholder="Search titles, tags and descriptions"
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        rightSection={
          text && <CloseButton size="sm" aria-label="Clear the search" onClick={() => type('')} />
        }
        maxLength={MAX_SEARCH_LENGTH}
        value={text}
        onChange={(event) => type(event.currentTarget.value)}
        flex="1 1 16rem"
      />
      <NativeSelect
        aria-label="Filter by visibility"
        data={[
          { value: '', label: 'Any visibility' },
          ...VISIBILITIES.map((value) => ({ value, label: visibilityLabel(value) })),
        ]}
        value={filters.visibility ?? ''}
        onChange={({ currentTarget }) =>
          onChange({ visibility: (currentTarget.value || null) as Visibility | null, pages: null })
        }
        flex="0 1 12rem"
      />
    </Group>
  )
}
