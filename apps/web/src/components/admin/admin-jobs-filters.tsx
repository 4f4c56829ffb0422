'use client'

import { Group, Pill } from '@mantine/core'
import { STATUS_OPTIONS } from '@/components/jobs/job-status'
import { FilterSelect } from '@/components/ui/filter-select'
import { SearchField } from '@/components/ui/search-field'
import type { JobStatus } from '@/lib/jobs/job'
import type { AdminJobFilters } from './admin-jobs-page'

interface AdminJobsFiltersProps {
  filters: AdminJobFilters
  ownerName: (id: string) => string
  /** Null takes a filter out of the address. */
  onChange: (change: {
    status?: JobStatus | null
    search?: string | null
    owner?: null
    pages: null
  }) => void
}

export function AdminJobsFilters({ filters, ownerName, onChange }: AdminJobsFiltersProps) {
  return (
    <Group component="search" gap="sm" align="center" role="search">
      <SearchField
        label="Search by file name"
        value={filters.search}
        onChange={(search) => onChange({ search, pages: null })}
      />
      <FilterSelect
        label="Filter by status"
        any="Any status"
        options={STATUS_OPTIONS}
        value={filters.status}
        onChange={(status) => onChange({ status, pages: null })}
        flex="1 1 9rem"
      />
      {filters.owner && (
        <Pill
          size="lg"
          withRemoveButton
          onRemove={() => onChange({ owner: null, pages: null })}
          removeButtonProps={{
            'aria-label': 'Show the jobs of all owners',
            'aria-hidden': false,
            tabIndex: 0,
          }}
        >
          Of {ownerName(filters.owner)}
        </Pill>
      )}
    </Group>
  )
}
