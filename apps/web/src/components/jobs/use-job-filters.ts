'use client'

import { useQueryStates } from 'nuqs'
import { useMemo } from 'react'
import { jobFiltersOf, jobListParsers } from '@/lib/jobs/list-filters'
import type { JobListFilter } from '@/lib/jobs/list-queries'

/** What the list shows, kept in the address. `at` is the cursor of the page that is in sight. */
export function useJobFilters() {
  const [address, setFilters] = useQueryStates(jobListParsers, { history: 'push' })
  const { at, status, search, preset, priority, from, to } = address
  const filters: JobListFilter = useMemo(
    () => jobFiltersOf({ status, search, preset, priority, from, to }),
    [status, search, preset, priority, from, to],
  )
  return { filters, at, setFilters }
}

export type SetJobFilters = ReturnType<typeof useJobFilters>['setFilters']

/** Takes every filter out of the address. */
export const NO_FILTERS = {
  status: null,
  search: null,
  preset: null,
  priority: null,
  from: null,
  to: null,
  at: null,
}
