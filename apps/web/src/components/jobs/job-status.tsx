'use client'

import { Badge } from '@mantine/core'
import { JOB_STATUSES, type JobStatus } from '@/lib/jobs/job'

const LOOKS: Record<JobStatus, { color: string; label: string }> = {
  queued: { color: 'gray', label: 'Queued' },
  processing: { color: 'blue', label: 'Processing' },
  paused: { color: 'yellow', label: 'Paused' },
  completed: { color: 'teal', label: 'Completed' },
  failed: { color: 'red', label: 'Failed' },
  cancelled: { color: 'gray', label: 'Cancelled' },
}

export function statusLabel(status: JobStatus): string {
  return LOOKS[status].label
}

/** For who chooses one. */
export const STATUS_OPTIONS = JOB_STATUSES.map((value) => ({ value, label: statusLabel(value) }))

/** A job's status in words, with a dot of its colour. */
export function JobStatusBadge({ status }: { status: JobStatus }) {
  const { color, label } = LOOKS[status]
  return (
    <Badge color={color} data-status={status}>
      {label}
    </Badge>
  )
}
