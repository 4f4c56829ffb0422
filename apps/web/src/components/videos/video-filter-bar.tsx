'use client'

import { Group } from '@mantine/core'
import { FilterSelect } from '@/components/ui/filter-select'
import { SearchField } from '@/components/ui/search-field'
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
  return (
    <Group component="search" gap="sm" align="end">
      <SearchField
        label="Search my videos"
        placeholder="Search titles, tags and descriptions"
        maxLength={MAX_SEARCH_LENGTH}
        value={filters.search}
        onChange={(search) => onChange({ search, pages: null })}
      />
      <FilterSelect
        label="Filter by visibility"
        any="Any visibility"
        options={VISIBILITIES.map((value) => ({ value, label: visibilityLabel(value) }))}
        value={filters.visibility}
        onChange={(visibility) => onChange({ visibility, pages: null })}
        flex="1 1 9rem"
      />
    </Group>
  )
}
