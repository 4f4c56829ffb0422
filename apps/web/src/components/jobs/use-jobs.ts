'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useServices } from '@/components/providers/services'
import { useSessionExpiry } from '@/components/providers/use-session'
import { isActive, JOB_STATUSES } from '@/lib/jobs/job'
import { fetchJobs } from '@/lib/jobs/queries'

export const PAGE_SIZE = 25

/** While something is under way, and while nothing is: others may start jobs too. */
const BUSY_INTERVAL_MS = 2_000
const IDLE_INTERVAL_MS = 15_000

/**
 * What the list shows, kept in the address. `pages` holds the cursor of every page gone through,
 * so that a keyset, which only leads forward, can be walked back.
 */
export function useJobFilters() {
  return useQueryStates(
    {
      status: parseAsStringLiteral(JOB_STATUSES),
      search: parseAsString.withDefault(''),
      pages: parseAsArrayOf(parseAsString).withDefault([]),
    },
    { history: 'push' },
  )
}

export type JobFilters = ReturnType<typeof useJobFilters>[0]

export function useJobs({ status, search, pages }: JobFilters) {
  const { graphql } = useServices()
  const after = pages.at(-1) ?? null
  const query = useQuery({
    queryKey: ['jobs', { status, search, after }],
    queryFn: ({ signal }) =>
      fetchJobs(graphql, { status, search, after, first: PAGE_SIZE }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.jobs.some((job) => isActive(job.status)) ? BUSY_INTERVAL_MS : IDLE_INTERVAL_MS,
  })
  useSessionExpiry(query.error)
  return query
}
