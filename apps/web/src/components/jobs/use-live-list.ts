'use client'

import { useDebouncedValue } from '@mantine/hooks'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type RefObject, useCallback, useEffect } from 'react'
import { useServices } from '@/components/providers/services'
import { useGraphQL } from '@/components/providers/use-graphql'
import { fetchStates } from '@/lib/jobs/actions'
import { isActive, type JobSummary } from '@/lib/jobs/job'
import {
  isWorthReading,
  type JobPages,
  type JobState,
  NEWEST_KEY,
  newJobs,
  withNewest,
  withState,
} from '@/lib/jobs/job-pages'
import { fetchJobRow, fetchJobs, type JobListFilter } from '@/lib/jobs/list-queries'
import { jobPagesKey, useJobLists } from './use-jobs'

/** While something in sight is under way, and while nothing is: others may start jobs too. */
const BUSY_INTERVAL_MS = 2_000
const IDLE_INTERVAL_MS = 15_000

const NEWEST_INTERVAL_MS = 5_000
const NEWEST = 50

/** Rows that rush by need not be asked for. */
const SETTLED_MS = 250

/**
 * Keeps what is in sight up to date: one small request tells where all of these jobs stand. `busy`
 * holds the jobs that an action of this page is under way for, whose state is ahead of the server's.
 * What the filter of statuses does not fit any more leaves the list.
 */
export function useVisibleStates(
  visible: JobSummary[],
  filters: JobListFilter,
  busy: RefObject<Set<string>>,
): void {
  const { rest } = useServices()
  const graphql = useGraphQL()
  const { change } = useJobLists()
  const [settled] = useDebouncedValue(visible, SETTLED_MS)
  const ids = settled.map((job) => job.id)

  useQuery({
    queryKey: ['job-states', ids.join()],
    enabled: ids.length > 0,
    staleTime: 0,
    gcTime: 0,
    refetchInterval: () =>
      settled.some((job) => isActive(job.status)) ? BUSY_INTERVAL_MS : IDLE_INTERVAL_MS,
    queryFn: async ({ signal }) => {
      const { states, gone } = await fetchStates(rest, ids, signal)
      const told = new Map(states.map((state) => [state.id, state]))
      const rich = settled.filter((job) => isWorthReadingNow(job, told.get(job.id)))
      const read = await Promise.all(rich.map((job) => fetchJobRow(graphql, job.id, signal)))
      const rows = new Map(read.flatMap((row) => (row ? [[row.id, row] as const] : [])))
      change((job) => {
        if (busy.current.has(job.id)) return job
        if (gone.includes(job.id)) return null
        const state = told.get(job.id)
        if (filters.status && state && state.status !== filters.status) return null
        return rows.get(job.id) ?? (state ? withState(job, state) : job)
      })
      return null
    },
  })
}

function isWorthReadingNow(job: JobSummary, state: JobState | undefined): boolean {
  return state !== undefined && isWorthReading(job, state)
}

/**
 * Jobs that came since the list was read: put on top at once where that moves nothing that is being
 * looked at, else counted, until the person asks for them.
 */
export function useNewest(
  filters: JobListFilter,
  list: JobPages | undefined,
  atTop: boolean,
  busy: RefObject<Set<string>>,
) {
  const graphql = useGraphQL()
  const queries = useQueryClient()
  const begins = list?.pageParams[0] === null
  const { data: newest } = useQuery({
    queryKey: [...NEWEST_KEY, filters],
    queryFn: async ({ signal }) => {
      const page = await fetchJobs(graphql, { ...filters, after: null, first: NEWEST }, signal)
      return { ...page, jobs: page.jobs.filter((job) => !busy.current.has(job.id)) }
    },
    enabled: begins,
    refetchInterval: NEWEST_INTERVAL_MS,
    // Right after the list itself was read there is nothing newer.
    initialData: begins ? list.pages[0] : undefined,
    initialDataUpdatedAt: () => queries.getQueryState(jobPagesKey(filters))?.dataUpdatedAt,
  })
  const fresh = begins && newest ? newJobs(list, newest).length : 0
  const show = useCallback(() => {
    if (!newest) return
    const key = jobPagesKey(filters)
    // More than one request tells of have come: what lies between is not known.
    if (fresh >= NEWEST) void queries.resetQueries({ queryKey: key })
    else queries.setQueryData<JobPages>(key, (known) => known && withNewest(known, newest))
  }, [newest, fresh, filters, queries])
  useEffect(() => {
    if (atTop || fresh === 0) show()
  }, [atTop, fresh, show])
  return { fresh: atTop ? 0 : fresh, show }
}
