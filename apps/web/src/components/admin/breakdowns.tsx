'use client'

import { Anchor, Table, Text } from '@mantine/core'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { JobStatusBadge } from '@/components/jobs/job-status'
import { Section } from '@/components/ui/section'
import type { QueueDepth, Statistics } from '@/lib/admin/overview'
import { formatDuration } from '@/lib/format'
import { JOB_STATUSES } from '@/lib/jobs/job'
import classes from './admin.module.css'

/** How many jobs there are of each status; each leads to them. */
export function JobsByStatusSection({ statistics }: { statistics: Statistics }) {
  const rows = JOB_STATUSES.map((status) => ({
    key: status,
    label: (
      <Anchor component={Link} href={`/admin/jobs?status=${status}`} underline="never">
        <JobStatusBadge status={status} />
      </Anchor>
    ),
    count: statistics.jobs[status] ?? 0,
  }))
  return (
    <Section title="Jobs by status">
      <BarTable name="Jobs by status" rows={rows} />
    </Section>
  )
}

/** Tasks that failed for good, by cause; each leads to its letters. */
export function FailuresSection({ statistics }: { statistics: Statistics }) {
  const rows = Object.entries(statistics.dead_letters).map(([code, count]) => ({
    key: code,
    label: (
      <Anchor
        component={Link}
        href={`/admin/dead-letters?code=${encodeURIComponent(code)}`}
        size="sm"
        style={{ overflowWrap: 'anywhere' }}
      >
        {code}
      </Anchor>
    ),
    count,
  }))
  return (
    <Section title="Failures by cause">
      {rows.length > 0 ? (
        <BarTable name="Failures by cause" rows={rows} />
      ) : (
        <Text size="sm" c="dimmed">
          No task has failed for good, or all of them were dealt with.
        </Text>
      )}
    </Section>
  )
}

interface BarRow {
  key: string
  label: ReactNode
  count: number
}

/** A chart that is its own table: each bar stands beside its figure. */
function BarTable({ name, rows }: { name: string; rows: BarRow[] }) {
  const largest = Math.max(1, ...rows.map((row) => row.count))
  return (
    <table className={classes.bars} aria-label={name}>
      <tbody>
        {rows.map(({ key, label, count }) => (
          <tr key={key}>
            <th scope="row">{label}</th>
            <td className={classes.barCell} aria-hidden="true">
              {count > 0 && (
                <span className={classes.bar} style={{ width: `${(100 * count) / largest}%` }} />
              )}
            </td>
            <td>{count.toLocaleString('en')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** What waits for a worker, the most urgent first. */
export function QueuesSection({ queues }: { queues: QueueDepth[] }) {
  return (
    <Section title="Queue by priority">
      {queues.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing waits: every task has a worker.
        </Text>
      ) : (
        <Table aria-label="Queue by priority" verticalSpacing={6} horizontalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Priority</Table.Th>
              <Table.Th scope="col" ta="end">
                Waiting
              </Table.Th>
              <Table.Th scope="col" ta="end" title="Their next attempt is not due yet">
                Delayed
              </Table.Th>
              <Table.Th scope="col" ta="end">
                Oldest wait
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {queues.map(({ priority, waiting, delayed, oldestWaitSeconds }) => (
              <Table.Tr key={priority}>
                <Table.Th scope="row" fw={400}>
                  {priority}
                </Table.Th>
                <Table.Td ta="end">{waiting.toLocaleString('en')}</Table.Td>
                <Table.Td ta="end">{delayed.toLocaleString('en')}</Table.Td>
                <Table.Td ta="end">
                  {waiting > 0 ? formatDuration(oldestWaitSeconds) : '–'}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  )
}
