'use client'

import { Paper, Progress, Skeleton, Text } from '@mantine/core'
import { IconMovie } from '@tabler/icons-react'
import Link from 'next/link'
import { RelativeTime } from '@/components/ui/relative-time'
import { formatDuration, formatPercent, formatTimecode } from '@/lib/format'
import type { JobSummary } from '@/lib/jobs/job'
import { JobStatusBadge } from './job-status'
import classes from './jobs.module.css'

/** One list for every width: columns where there is room, two lines a job where there is not. */
export function JobsList({ jobs, stale }: { jobs: JobSummary[]; stale: boolean }) {
  return (
    <Paper
      component="ul"
      withBorder
      bg="var(--vidmill-surface)"
      className={classes.list}
      aria-label="Jobs"
      aria-busy={stale}
      style={{ opacity: stale ? 0.6 : 1 }}
    >
      {jobs.map((job) => (
        <JobRow key={job.id} job={job} />
      ))}
    </Paper>
  )
}

function JobRow({ job }: { job: JobSummary }) {
  return (
    <li className={classes.row}>
      <div className={classes.poster} aria-hidden="true">
        {job.posterUrl ? (
          <img src={job.posterUrl} alt="" loading="lazy" />
        ) : (
          <IconMovie size={22} />
        )}
        {job.durationSeconds !== null && (
          <span className={classes.length}>{formatTimecode(job.durationSeconds)}</span>
        )}
      </div>
      <div className={classes.name}>
        <Link href={`/jobs/${job.id}`} className={classes.link} title={job.filename}>
          {job.filename}
        </Link>
        <Text
          size="sm"
          c={job.status === 'failed' ? 'var(--mantine-color-error)' : 'dimmed'}
          lineClamp={1}
        >
          {job.errorMessage ?? `Preset ${job.preset}, priority ${job.priority}`}
        </Text>
      </div>
      <div className={classes.status}>
        <JobStatusBadge status={job.status} />
        {job.status === 'processing' && <RowProgress job={job} />}
      </div>
      <Text size="sm" c="dimmed" className={classes.time}>
        <RelativeTime value={job.createdAt} />
      </Text>
    </li>
  )
}

function RowProgress({ job }: { job: JobSummary }) {
  const left = job.etaSeconds ? `, ${formatDuration(job.etaSeconds)} left` : ''
  return (
    <div className={classes.progress}>
      <Progress
        value={job.progress}
        size="sm"
        aria-label={`Progress of ${job.filename}`}
        transitionDuration={400}
      />
      <Text size="xs" c="dimmed">
        {formatPercent(job.progress)}
        {left}
      </Text>
    </div>
  )
}

export function JobsSkeleton() {
  return (
    <Paper withBorder bg="var(--vidmill-surface)" className={classes.list} aria-busy="true">
      <span role="status" className={classes.hidden}>
        Reading the list
      </span>
      {Array.from({ length: 6 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
        <div className={classes.row} key={index} aria-hidden="true">
          <Skeleton className={classes.poster} />
          <div className={classes.name}>
            <Skeleton height={14} width="60%" mb={8} />
            <Skeleton height={10} width="35%" />
          </div>
          <div className={classes.status}>
            <Skeleton height={18} width={96} radius="xl" />
          </div>
          <Skeleton height={10} width={80} className={classes.time} />
        </div>
      ))}
    </Paper>
  )
}
