'use client'

import {
  hashKey,
  keepPreviousData,
  type QueryKey,
  useInfiniteQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useCallback } from 'react'
import { useGraphQL } from '@/components/providers/use-graphql'
import { useSessionExpiry } from '@/components/providers/use-session'
import type { JobSummary } from '@/lib/jobs/job'
import {
  changeJobs,
  changeOnly,
  type FirstJobs,
  JOB_PAGES_KEY,
  type JobPages,
  type JobsPage,
  NEWEST_KEY,
  withJob,
} from '@/lib/jobs/job-pages'
import { fetchJobs, type JobListFilter } from '@/lib/jobs/list-queries'

const PAGE_SIZE = 100

export function jobPagesKey(filters: JobListFilter) {
  return [...JOB_PAGES_KEY, filters] as const
}

/**
 * The list, page after page as it is scrolled. Nothing reads all of it again: what is in sight is kept
 * up to date by `useLiveList`, and what is new is put on top by `useNewest`.
 */
export function useJobs(filters: JobListFilter, at: string | null, first: FirstJobs | null) {
  const graphql = useGraphQL()
  const queryKey = jobPagesKey(filters)
  // Filters are changed without asking the server for the page again.
  const fits = first && first.at === at && hashKey(jobPagesKey(first.filters)) === hashKey(queryKey)
  const query = useInfiniteQuery<JobsPage, Error, JobPages, QueryKey, string | null>({
    queryKey,
    initialData: fits ? first.list : undefined,
    initialDataUpdatedAt: fits ? first.readAt : undefined,
    queryFn: ({ pageParam, signal }) =>
      fetchJobs(graphql, { ...filters, after: pageParam, first: PAGE_SIZE }, signal),
    // An address that was copied, or a page that was reloaded, begins where it was.
    initialPageParam: at,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    // Comparing ten thousand jobs with themselves for every page that comes takes longer than drawing.
    structuralSharing: false,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: false,
    refetchOnReconnect: false,
    refetchOnWindowFocus: false,
  })
  useSessionExpiry(query.error)
  return query
}

/** Changes jobs in every list that was read, for what is known before a list is read again. */
export function useJobLists() {
  const queries = useQueryClient()
  const change = useCallback(
    (each: (job: JobSummary) => JobSummary | null) => {
      queries.setQueriesData<JobPages>(
        { queryKey: JOB_PAGES_KEY },
        (list) => list && changeJobs(list, each),
      )
      // Else what was taken out of a list would come back as new.
      queries.setQueriesData<JobsPage>(
        { queryKey: NEWEST_KEY },
        (page) => page && changeOnly(page, each),
      )
    },
    [queries],
  )
  /** Puts a job back into the list that it was taken out of. */
  const putBack = useCallback(
    (filters: JobListFilter, job: JobSummary) =>
      queries.setQueryData<JobPages>(jobPagesKey(filters), (list) => list && withJob(list, job)),
    [queries],
  )
  return { change, putBack }
}
