'use client'

import { Anchor, Paper, Text, UnstyledButton } from '@mantine/core'
import Link from 'next/link'
import { JobStatusBadge } from '@/components/jobs/job-status'
import { RelativeTime } from '@/components/ui/relative-time'
import type { AdminJob } from '@/lib/admin/everybodys-jobs'
import { formatPercent } from '@/lib/format'
import classes from './admin.module.css'

interface AdminJobsListProps {
  jobs: AdminJob[]
  stale: boolean
  ownerName: (id: string) => string
  /** Narrows the list to one owner. */
  onOwner: (id: string) => void
}

export function AdminJobsList({ jobs, stale, ownerName, onOwner }: AdminJobsListProps) {
  return (
    <Paper
      component="ul"
      withBorder
      bg="var(--vidmill-surface)"
      className={classes.list}
      aria-label="Everybody’s jobs"
      aria-busy={stale}
      style={{ opacity: stale ? 0.6 : 1 }}
    >
      {jobs.map((job) => (
        <li key={job.id} className={`${classes.row} ${classes.jobRow}`}>
          <div style={{ minWidth: 0 }}>
            <Anchor
              component={Link}
              href={`/jobs/${job.id}`}
              fw={600}
              c="inherit"
              className={classes.cut}
              display="block"
              title={job.filename}
            >
              {job.filename}
            </Anchor>
            <Text size="sm" c={job.error ? 'var(--mantine-color-error)' : 'dimmed'} lineClamp={1}>
              {job.error?.message ?? `Preset ${job.preset}, priority ${job.priority}`}
            </Text>
          </div>
          <UnstyledButton
            className={classes.cut}
            fz="sm"
            c="var(--mantine-color-anchor)"
            aria-label={`Only jobs of ${ownerName(job.owner_id)}`}
            title={ownerName(job.owner_id)}
            onClick={() => onOwner(job.owner_id)}
          >
            {ownerName(job.owner_id)}
          </UnstyledButton>
          <div>
            <JobStatusBadge status={job.status} />
            {job.status === 'processing' && (
              <Text size="xs" c="dimmed">
                {formatPercent(job.progress)}
              </Text>
            )}
          </div>
          <Text size="sm" c="dimmed">
            <RelativeTime value={job.created_at} />
          </Text>
        </li>
      ))}
    </Paper>
  )
}
