'use client'

import { Anchor, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import Link from 'next/link'
import { JobStatusBadge } from '@/components/jobs/job-status'
import { useLive } from '@/components/live/use-live'
import { useSession } from '@/components/providers/session-provider'
import { useGraphQL } from '@/components/providers/use-graphql'
import { RelativeTime } from '@/components/ui/relative-time'
import { formatPercent } from '@/lib/format'
import { isActive, type JobSummary } from '@/lib/jobs/job'
import { isWorthReading, withState } from '@/lib/jobs/job-pages'
import { fetchJobRow } from '@/lib/jobs/list-queries'
import { findDuplicate } from '@/lib/upload/queries'
import type { UploadItem } from '@/lib/upload/upload-item'
import classes from './upload.module.css'

/** The stream tells of every change; this is for where it cannot get through. */
const SAFETY_INTERVAL_MS = 30_000

/** The job of a finished upload, as far as it is. */
export function useUploadJob(jobId: string | null): JobSummary | null {
  const graphql = useGraphQL()
  const queries = useQueryClient()
  const queryKey = ['upload-job', jobId]
  const { data } = useQuery({
    queryKey,
    queryFn: ({ signal }) => (jobId ? fetchJobRow(graphql, jobId, signal) : null),
    enabled: jobId !== null,
    refetchInterval: ({ state }) =>
      state.data && isActive(state.data.status) ? SAFETY_INTERVAL_MS : false,
  })
  useLive(
    (event) => {
      const known = queries.getQueryData<JobSummary | null>(queryKey)
      const isOther = event.kind === 'changed' ? event.job.id !== jobId : event.kind !== 'reset'
      if (isOther) return
      if (event.kind === 'changed' && known && !isWorthReading(known, event.job)) {
        queries.setQueryData<JobSummary>(queryKey, withState(known, event.job))
      } else {
        void queries.invalidateQueries({ queryKey })
      }
    },
    { enabled: jobId !== null },
  )
  return data ?? null
}

export function UploadJobState({ job }: { job: JobSummary }) {
  return (
    <span className={classes.jobState}>
      <JobStatusBadge status={job.status} />
      {job.status === 'processing' && (
        <Text size="xs" c="dimmed" component="span">
          {formatPercent(job.progress)}
        </Text>
      )}
    </span>
  )
}

/** Leads to the video that a file of this name and size has become before. */
export function DuplicateNote({ item }: { item: UploadItem }) {
  const graphql = useGraphQL()
  const { data: user } = useSession()
  const { name, size, videoId } = item
  const { data: found } = useQuery({
    queryKey: ['duplicate', name, size, item.id],
    queryFn: ({ signal }) =>
      user ? findDuplicate(graphql, { name, size }, user.id, signal) : null,
    enabled: Boolean(user),
    staleTime: Number.POSITIVE_INFINITY,
  })
  // A small file may have arrived before the question was answered.
  if (!found || found.videoId === videoId) return null
  return (
    <Text size="sm" className={classes.rowWide}>
      You uploaded a file of this name and size before, <RelativeTime value={found.createdAt} />:{' '}
      <Anchor component={Link} href={`/jobs/${found.jobId}`} underline="always" size="sm">
        {`open “${found.title}”`}
      </Anchor>
    </Text>
  )
}
