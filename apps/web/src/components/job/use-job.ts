'use client'

import { skipToken, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { useServices } from '@/components/providers/services'
import { useGraphQL } from '@/components/providers/use-graphql'
import { useSessionExpiry } from '@/components/providers/use-session'
import { followStream } from '@/lib/events/shared-event-source'
import { canCancel, canRetry, type JobDetail, type JobStatus } from '@/lib/jobs/job'
import { applyProgress, isMilestone, type JobProgress } from '@/lib/jobs/live'
import { fetchJob } from '@/lib/jobs/queries'

/**
 * The stream tells of every change while a job runs; this is for where it cannot get through, and
 * for a job that has ended but may be started again, by another tab or a script.
 */
const FALLBACK_INTERVAL_MS = 10_000

/** The stream has ended with the job, and tells nothing of a verification. */
const VERIFYING_INTERVAL_MS = 2_000

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
    refetchInterval: ({ state }) => (state.data ? intervalOf(state.data) : false),
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

function intervalOf({ status, verification }: JobDetail): number | false {
  if (verification?.status === 'running') return VERIFYING_INTERVAL_MS
  // The stream of a queued job is silent while others are taken from the queue before it.
  if (status === 'queued') return QUEUED_INTERVAL_MS
  return canCancel(status) || canRetry(status) ? FALLBACK_INTERVAL_MS : false
}

function useLiveProgress(id: string, job: JobDetail | null | undefined): JobProgress | null {
  const { config } = useServices()
  const queries = useQueryClient()
  const [live, setLive] = useState<JobProgress | null>(null)
  const [ended, setEnded] = useState(0)
  // A paused one too: it may be resumed elsewhere.
  const following = job ? canCancel(job.status) : false

  // biome-ignore lint/correctness/useExhaustiveDependencies: a stream that ended is opened again.
  useEffect(() => {
    if (!following) return
    const reread = () => queries.invalidateQueries({ queryKey: jobKey(id) })
    const stop = followStream(`${config.apiUrl}/api/v1/jobs/${id}/events`, 'job', {
      onMessage: (data) => {
        const progress: JobProgress = JSON.parse(data)
        setLive(progress)
        const known = queries.getQueryData<JobDetail | null>(jobKey(id))
        if (known && isMilestone(known, progress)) void reread()
      },
      // A job that was retried meanwhile is read as active, and has a stream to follow again.
      onEnd: () => void reread().then(() => setEnded((times) => times + 1)),
    })
    return () => {
      stop()
      // From here on the job is what it was read as: a retry must not show the old failure.
      setLive(null)
    }
  }, [following, ended, id, config, queries])
  return live
}
