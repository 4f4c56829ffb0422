'use client'

import { Progress, Text } from '@mantine/core'
import Link from 'next/link'
import { type CSSProperties, memo } from 'react'
import { RelativeTime } from '@/components/ui/relative-time'
import { Thumbnail } from '@/components/ui/thumbnail'
import { formatDuration, formatPercent } from '@/lib/format'
import type { JobSummary } from '@/lib/jobs/job'
import { JobStatusBadge } from './job-status'
import classes from './jobs.module.css'

interface JobRowProps {
  job: JobSummary
  /** Counted from 0. */
  index: number
  /** Of the whole list. */
  total: number
  selected: boolean
  onToggle: (id: string, shift: boolean) => void
}

/** Rows that fit on most screens. */
const SEEN_AT_ONCE = 8

/** Drawn again only when something of it has changed: there may be ten thousand. */
export const JobRow = memo(function JobRow({ job, index, total, selected, onToggle }: JobRowProps) {
  const { id, filename, status, errorMessage, thumbnailUrl, durationSeconds } = job
  return (
    <li
      className={classes.row}
      data-selected={selected}
      data-state={status}
      style={{ '--index': index } as CSSProperties}
      aria-posinset={index + 1}
      aria-setsize={total}
    >
      <label className={classes.tick}>
        <input
          type="checkbox"
          checked={selected}
          aria-label={`Select ${filename}`}
          // A change event does not tell whether Shift is held.
          onClick={(event) => onToggle(id, event.shiftKey)}
          onChange={() => {}}
        />
      </label>
      <div className={classes.poster}>
        <Thumbnail url={thumbnailUrl} seconds={durationSeconds} urgent={index < SEEN_AT_ONCE} />
      </div>
      <div className={classes.name}>
        <Link href={`/jobs/${id}`} className={classes.link} title={filename} prefetch={false}>
          {filename}
        </Link>
        <p className={classes.detail}>
          {errorMessage ?? `Preset ${job.preset}, priority ${job.priority}`}
        </p>
      </div>
      <div className={classes.status}>
        <JobStatusBadge status={status} />
        {status === 'processing' && <RowProgress job={job} />}
      </div>
      <p className={classes.time}>
        <RelativeTime value={job.createdAt} />
      </p>
    </li>
  )
})

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
