'use client'

import { skipToken, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo, useRef, useState } from 'react'
import { useLive } from '@/components/live/use-live'
import { useGraphQL } from '@/components/providers/use-graphql'
import { useSessionExpiry } from '@/components/providers/use-session'
import type { JobDetail, JobStatus } from '@/lib/jobs/job'
import { applyProgress, isMilestone, type JobProgress } from '@/lib/jobs/live'
import { fetchJob } from '@/lib/jobs/queries'

/** The stream tells of every change; this is for where it cannot get through. */
const SAFETY_INTERVAL_MS = 30_000

/** The stream tells nothing of a queued job while others are taken from the queue before it. */
const QUEUED_INTERVAL_MS = 3_000

export function jobKey(id: string) {
  return ['job', id] as const
}

/** What was asked for and is not answered yet: the page shows it as done already. */
export interface JobIntent {
  status?: JobStatus
  priority?: number
}

export function intentKey(id: string) {
  return ['job-intent', id] as const
}

/** A job as it was read last, with what its stream has told since. */
export function useJob(id: string) {
  const graphql = useGraphQL()
  const query = useQuery({
    queryKey: jobKey(id),
    queryFn: ({ signal }) => fetchJob(graphql, id, signal),
    refetchInterval: ({ state }) =>
      state.data?.status === 'queued' ? QUEUED_INTERVAL_MS : SAFETY_INTERVAL_MS,
  })
  useSessionExpiry(query.error)
  const live = useLiveProgress(id, query.data)
  const { data: intent } = useQuery<JobIntent>({ queryKey: intentKey(id), queryFn: skipToken })
  const job = useMemo(() => {
    const told = query.data && live ? applyProgress(query.data, live) : query.data
    return told && intent ? { ...told, ...intent } : told
  }, [query.data, live, intent])
  return { ...query, job }
}

/** Also of a job that has ended: it may be started again or verified, by another tab or a script. */
function useLiveProgress(id: string, job: JobDetail | null | undefined): JobProgress | null {
  const queries = useQueryClient()
  const reread = useReread(id)
  const [live, setLive] = useState<JobProgress | null>(null)
  useLive(
    (event) => {
      if (event.kind === 'reset' || (event.kind === 'deleted' && event.id === id)) void reread()
      if (event.kind !== 'progress' || event.job.id !== id) return
      setLive(event.job)
      const known = queries.getQueryData<JobDetail | null>(jobKey(id))
      if (!known) return
      // How far a verification is no snapshot tells.
      if (isMilestone(known, event.job) || known.verification?.status === 'running') void reread()
    },
    // One that is not there, or not one's own, cannot be followed.
    { jobId: id, enabled: Boolean(job) },
  )
  return live?.id === id ? live : null
}

/**
 * Reads the job again, after what is being read already: a job of many tasks has a milestone every
 * second, and over a slow line no reading that each one broke off would ever come to its end.
 */
function useReread(id: string): () => Promise<void> {
  const queries = useQueryClient()
  const waiting = useRef(false)
  return useCallback(async () => {
    const queryKey = jobKey(id)
    if (waiting.current) return
    const read = () => queries.invalidateQueries({ queryKey }, { cancelRefetch: false })
    if (queries.isFetching({ queryKey }) > 0) {
      waiting.current = true
      await read()
      waiting.current = false
    }
    await read()
  }, [queries, id])
}
