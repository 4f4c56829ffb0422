'use client'

import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useMemo } from 'react'
import { JOB_STATUSES } from '@/lib/jobs/job'
import type { JobListFilter } from '@/lib/jobs/list-queries'

const DAY = /^\d{4}-\d{2}-\d{2}$/

/** What the list shows, kept in the address. `at` is the cursor of the page that is in sight. */
export function useJobFilters() {
  const [address, setFilters] = useQueryStates(
    {
      status: parseAsStringLiteral(JOB_STATUSES),
      search: parseAsString.withDefault(''),
      preset: parseAsString,
      priority: parseAsInteger,
      from: parseAsString,
      to: parseAsString,
      at: parseAsString,
    },
    { history: 'push' },
  )
  const { at, status, search, preset, priority, from, to } = address
  const filters: JobListFilter = useMemo(
    () => ({
      status,
      search,
      preset,
      priority: priority !== null && priority >= 0 && priority <= 10 ? priority : null,
      from: from && DAY.test(from) ? from : null,
      to: to && DAY.test(to) ? to : null,
    }),
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

export function isNarrowed({ search, ...others }: JobListFilter): boolean {
  return search !== '' || Object.values(others).some((value) => value !== null)
}
