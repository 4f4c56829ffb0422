'use client'

import { useDebouncedValue } from '@mantine/hooks'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type RefObject, useCallback, useEffect, useRef } from 'react'
import { useLive } from '@/components/live/use-live'
import { useServices } from '@/components/providers/services'
import { useGraphQL } from '@/components/providers/use-graphql'
import { fetchStates } from '@/lib/jobs/actions'
import type { JobSummary } from '@/lib/jobs/job'
import {
  fits,
  isNewTo,
  isWorthReading,
  type JobPages,
  type JobState,
  NEWEST_KEY,
  newJobs,
  withNewest,
  withState,
} from '@/lib/jobs/job-pages'
import { fetchJobRow, fetchJobs, type JobListFilter } from '@/lib/jobs/list-queries'
import type { JobChange, LiveEvent } from '@/lib/jobs/live-events'
import { jobPagesKey, useJobLists } from './use-jobs'

/** The stream tells of every change; this is for where it cannot get through. */
const SAFETY_INTERVAL_MS = 45_000

const STATES_KEY = ['job-states']
const NEWEST = 50

/** Rows that rush by need not be asked for. */
const SETTLED_MS = 250

/** What is told within so long is drawn at once: hundreds may change in the same second. */
const GATHER_MS = 150
const NEWEST_PAUSE_MS = 500

interface LiveListOptions {
  list: JobPages | undefined
  visible: JobSummary[]
  filters: JobListFilter
  /** Jobs that an action of this page is under way for, whose state is ahead of the server's. */
  busy: RefObject<Set<string>>
}

/** Keeps every list of jobs as the stream tells, and notices what is new. */
export function useLiveList({ list, visible, filters, busy }: LiveListOptions): void {
  const queries = useQueryClient()
  const apply = useStates(visible, filters, busy)
  const lookAgain = useLookAgain()
  const gathered = useRef({ changed: new Map<string, JobChange>(), deleted: new Set<string>() })
  const flushing = useRef<ReturnType<typeof setTimeout>>(undefined)
  const looking = useRef<ReturnType<typeof setTimeout>>(undefined)

  const flush = () => {
    flushing.current = undefined
    const { changed, deleted } = gathered.current
    gathered.current = { changed: new Map(), deleted: new Set() }
    void apply([...changed.values()], deleted)
    // What leaves the list counts no more.
    const counts = (job: JobChange) => list && (isNewTo(list, job, filters) || !fits(filters, job))
    if (deleted.size === 0 && ![...changed.values()].some(counts)) return
    looking.current ??= setTimeout(() => {
      looking.current = undefined
      void queries.invalidateQueries({ queryKey: NEWEST_KEY })
    }, NEWEST_PAUSE_MS)
  }
  const newest = useRef(flush)
  newest.current = flush
  useLive((event: LiveEvent) => {
    if (event.kind === 'reset') lookAgain()
    if (event.kind === 'changed') gathered.current.changed.set(event.job.id, event.job)
    if (event.kind === 'deleted') gathered.current.deleted.add(event.id)
    flushing.current ??= setTimeout(() => newest.current(), GATHER_MS)
  })
  useEffect(
    () => () => {
      clearTimeout(flushing.current)
      clearTimeout(looking.current)
      flushing.current = undefined
      looking.current = undefined
    },
    [],
  )
}

/**
 * Gives what puts states into the lists. What is in sight is asked for when it comes into sight, and
 * now and then: one small request tells where all of these jobs stand. What the filters do not fit
 * any more leaves the list.
 */
function useStates(
  visible: JobSummary[],
  filters: JobListFilter,
  busy: RefObject<Set<string>>,
): (states: JobState[], gone: ReadonlySet<string>) => Promise<void> {
  const { rest } = useServices()
  const graphql = useGraphQL()
  const { change } = useJobLists()
  const [settled] = useDebouncedValue(visible, SETTLED_MS)
  const ids = settled.map((job) => job.id)
  const seen = useRef(visible)
  seen.current = visible

  const apply = useCallback(
    async (states: JobState[], gone: ReadonlySet<string>) => {
      const told = new Map(states.map((state) => [state.id, state]))
      const richer = seen.current.filter((job) => {
        const state = told.get(job.id)
        return state && isWorthReading(job, state)
      })
      change((job) => {
        if (busy.current.has(job.id)) return job
        if (gone.has(job.id)) return null
        const state = told.get(job.id)
        if (!state) return job
        return fits(filters, state) ? withState(job, state) : null
      })
      const read = richer.map((job) => fetchJobRow(graphql, job.id).catch(() => null))
      const rows = new Map((await Promise.all(read)).flatMap((row) => (row ? [[row.id, row]] : [])))
      if (rows.size === 0) return
      change((job) => {
        const row = busy.current.has(job.id) ? undefined : rows.get(job.id)
        return row ? withRow(job, row) : job
      })
    },
    [graphql, change, filters, busy],
  )

  useQuery({
    queryKey: [...STATES_KEY, ids.join()],
    enabled: ids.length > 0,
    staleTime: 0,
    gcTime: 0,
    refetchInterval: SAFETY_INTERVAL_MS,
    queryFn: async ({ signal }) => {
      const { states, gone } = await fetchStates(rest, ids, signal)
      await apply(states, new Set(gone))
      return null
    },
  })
  return apply
}

/** The row as it was read, or what it brings where more has been told since. */
function withRow(job: JobSummary, row: JobSummary): JobSummary {
  const { durationSeconds, thumbnailUrl } = row
  if (Date.parse(row.updatedAt) >= Date.parse(job.updatedAt)) return row
  return { ...job, durationSeconds, thumbnailUrl }
}

/** Asks where the jobs in sight stand, and for the newest. */
export function useLookAgain(): () => void {
  const queries = useQueryClient()
  return useCallback(() => {
    void queries.invalidateQueries({ queryKey: STATES_KEY })
    void queries.invalidateQueries({ queryKey: NEWEST_KEY })
  }, [queries])
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
    refetchInterval: SAFETY_INTERVAL_MS,
    // Right after the list itself was read there is nothing newer; the stream tells when there is.
    staleTime: SAFETY_INTERVAL_MS,
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
