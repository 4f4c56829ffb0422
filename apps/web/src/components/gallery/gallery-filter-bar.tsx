'use client'

import { CloseButton, Group, NativeSelect, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import {
  GALLERY_ORDERS,
  type GalleryFilters,
  type GalleryOrder,
  MAX_SEARCH_LENGTH,
  orderOf,
  ordersFor,
} from '@/lib/videos/gallery-filters'

interface GalleryFilterBarProps {
  filters: GalleryFilters
  /** Null takes a filter out of the address. */
  onChange: (change: { search?: string | null; sort?: GalleryOrder | null; pages: null }) => void
}

/** Search and order. Without scripts it is a form that works. */
export function GalleryFilterBar({ filters, onChange }: GalleryFilterBarProps) {
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
  const order = orderOf(filters)
  return (
    <search>
      <form
        action="/"
        onSubmit={(event) => {
          event.preventDefault()
          search.flush()
        }}
      >
        <Group gap="sm" align="end">
          <TextInput
            name="search"
            aria-label="Search videos"
            placeholder="Search titles, tags and descriptions"
            leftSection={<IconSearch size={16} aria-hidden="true" />}
            rightSection={
              text && (
                <CloseButton size="sm" aria-label="Clear the search" onClick={() => type('')} />
              )
            }
            maxLength={MAX_SEARCH_LENGTH}
            autoComplete="off"
            value={text}
            onChange={(event) => type(event.currentTarget.value)}
            flex="1 1 16rem"
          />
          <NativeSelect
            aria-label="Order"
            data={ordersFor(filters.search).map((value) => ({
              value,
              label: GALLERY_ORDERS[value],
            }))}
            value={order}
            onChange={({ currentTarget }) =>
              onChange({ sort: currentTarget.value as GalleryOrder, pages: null })
            }
            flex="0 1 12rem"
          />
        </Group>
      </form>
    </search>
  )
}
