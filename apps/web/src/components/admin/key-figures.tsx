'use client'

import { Text } from '@mantine/core'
import Link from 'next/link'
import { type Overview, queueTotals, workerLoad } from '@/lib/admin/overview'
import { counted, formatBytes, formatDuration } from '@/lib/format'
import classes from './admin.module.css'

/** The figures that somebody who runs the system looks at first; most lead to where they come from. */
export function KeyFigures({ overview }: { overview: Overview }) {
  const { statistics, queues, workers } = overview
  const queue = queueTotals(queues)
  const load = workerLoad(workers)
  const taking = load.busy + load.idle
  return (
    <section className={classes.figures} aria-label="Key figures">
      <Figure
        label="Tasks waiting"
        value={queue.waiting.toLocaleString('en')}
        note={
          queue.waiting > 0
            ? `the oldest for ${formatDuration(queue.oldestWaitSeconds)}`
            : 'nothing has to wait'
        }
      />
      <Figure
        href="/admin/workers"
        label="Workers busy"
        value={`${load.busy} of ${taking}`}
        note={workersNote(load)}
      />
      <Figure
        href="/admin/jobs"
        label="Completed in 24 h"
        value={statistics.completed_today.toLocaleString('en')}
        note={`${statistics.failed_today.toLocaleString('en')} failed`}
      />
      <Figure
        href="/admin/dead-letters"
        label="Dead letters"
        value={statistics.dlq_depth.toLocaleString('en')}
        note={statistics.dlq_depth > 0 ? 'tasks that failed for good' : 'nothing to look into'}
      />
      <Figure
        label="Stored"
        value={formatBytes(statistics.stored_bytes)}
        note={`${formatBytes(statistics.video_bytes)} of it in ${counted(statistics.videos, 'source')}`}
      />
      <Figure
        href="/admin/users"
        label="Accounts"
        value={statistics.users.toLocaleString('en')}
        note={`${statistics.active_users.toLocaleString('en')} switched on`}
      />
    </section>
  )
}

function workersNote({ idle, draining, silent }: ReturnType<typeof workerLoad>): string {
  const rest = [
    `${idle} idle`,
    draining > 0 && `${draining} draining`,
    silent > 0 && `${silent} silent`,
  ]
  return rest.filter(Boolean).join(', ')
}

interface FigureProps {
  label: string
  value: string
  note: string
  href?: string
}

function Figure({ label, value, note, href }: FigureProps) {
  const content = (
    <>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <div className={classes.value}>{value}</div>
      <Text size="xs" c="dimmed">
        {note}
      </Text>
    </>
  )
  if (!href) return <div className={classes.figure}>{content}</div>
  return (
    <Link href={href} className={classes.figure}>
      {content}
    </Link>
  )
}
