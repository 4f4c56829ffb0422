'use client'

import { CloseButton, Group, NativeSelect, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { JOB_STATUSES, type JobStatus } from '@/lib/jobs/job'
import { statusLabel } from './job-status'
import type { JobFilters } from './use-jobs'

interface JobFilterBarProps {
  filters: JobFilters
  /** Null takes a filter out of the address. */
  onChange: (change: { status?: JobStatus | null; search?: string | null; pages: null }) => void
}

export function JobFilterBar({ filters, onChange }: JobFilterBarProps) {
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
    <Group component="search" gap="sm" align="end" role="search">
      <TextInput
        aria-label="Search by file name"
        placeholder="Search by file name"
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        rightSection={
          text && <CloseButton size="sm" aria-label="Clear the search" onClick={() => type('')} />
        }
        value={text}
        onChange={(event) => type(event.currentTarget.value)}
        flex="1 1 16rem"
      />
      <NativeSelect
        aria-label="Filter by status"
        data={[
          { value: '', label: 'Any status' },
          ...JOB_STATUSES.map((value) => ({ value, label: statusLabel(value) })),
        ]}
        value={filters.status ?? ''}
        onChange={({ currentTarget }) =>
          onChange({ status: (currentTarget.value || null) as JobStatus | null, pages: null })
        }
        flex="0 1 12rem"
      />
    </Group>
  )
}
