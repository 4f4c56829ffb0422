'use client'

import { Table, Text } from '@mantine/core'
import { Section } from '@/components/ui/section'
import { TableSwitch } from '@/components/ui/table-switch'
import { counted, formatDuration } from '@/lib/format'
import type { Task } from '@/lib/jobs/job'
import { taskLabel } from '@/lib/jobs/stages'
import { type Timeline, type TimelineBar, timelineOf } from '@/lib/jobs/timeline'
import { taskStatusLabel } from './task-status'
import { TimelineChart } from './timeline-chart'

/** Which worker did what when: a picture, and the same as a table. */
export function TimelinePanel({ tasks }: { tasks: Task[] }) {
  const timeline = timelineOf(tasks, Date.now())
  if (!timeline) return null
  const seconds = (timeline.end - timeline.start) / 1000
  return (
    <Section
      title="Timeline"
      aside={
        <Text size="sm" c="dimmed">
          {`${counted(timeline.rows.length, 'worker')}, ${spanText(seconds)}`}
        </Text>
      }
    >
      <TimelineChart timeline={timeline} tasks={tasks} />
      <TableSwitch label="The timeline as a table">
        <TimelineTable timeline={timeline} tasks={tasks} />
      </TableSwitch>
    </Section>
  )
}

function TimelineTable({ timeline, tasks }: { timeline: Timeline; tasks: Task[] }) {
  const bars = timeline.rows
    .flatMap(({ worker, bars }) => bars.map((bar) => ({ worker, bar })))
    .sort((a, b) => a.bar.start - b.bar.start)
  return (
    <Table aria-label="Timeline of the tasks" verticalSpacing={6} horizontalSpacing={6}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Task</Table.Th>
          <Table.Th scope="col">Worker</Table.Th>
          <Table.Th scope="col" ta="end">
            Began after
          </Table.Th>
          <Table.Th scope="col" ta="end">
            Took
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {bars.map(({ worker, bar }) => (
          <Table.Tr key={bar.task.id}>
            <Table.Th scope="row" fw={500}>
              {taskLabel(bar.task, tasks)}
            </Table.Th>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{worker}</Table.Td>
            <Table.Td ta="end">{spanText((bar.start - timeline.start) / 1000)}</Table.Td>
            <Table.Td ta="end">{tookText(bar)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

export function tookText({ task, start, end }: TimelineBar): string {
  const took = spanText((end - start) / 1000)
  if (!task.finishedAt) return `${took} so far`
  return task.status === 'completed'
    ? took
    : `${took}, ${taskStatusLabel(task.status).toLowerCase()}`
}

/** Tasks may take less than a second, which is worth telling. */
export function spanText(seconds: number): string {
  return seconds < 10 ? `${seconds.toFixed(1)} s` : formatDuration(seconds)
}
