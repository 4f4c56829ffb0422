'use client'

import { Group, Progress, Text } from '@mantine/core'
import { Section } from '@/components/ui/section'
import { formatDuration, formatPercent } from '@/lib/format'
import type { Task } from '@/lib/jobs/job'
import { taskLabel } from '@/lib/jobs/stages'
import classes from './job.module.css'
import { taskStatusLabel } from './task-status'

export function TaskList({ tasks, live }: { tasks: Task[]; live: boolean }) {
  return (
    <Section title="All tasks">
      {/* The list scrolls when a video has many parts; then the keyboard must reach it. */}
      <ul className={classes.tasks} tabIndex={tasks.length > 8 ? 0 : undefined}>
        {tasks.map((task) => (
          <li key={task.id}>
            <Group justify="space-between" gap="xs" wrap="nowrap" align="baseline">
              <Text size="sm" fw={500}>
                {taskLabel(task, tasks)}
              </Text>
              <Text
                size="xs"
                c={task.status === 'failed' ? 'var(--mantine-color-error)' : 'dimmed'}
                ta="end"
              >
                {task.status === 'running'
                  ? formatPercent(task.progress)
                  : taskStatusLabel(task.status)}
              </Text>
            </Group>
            {live && task.status === 'running' && (
              <Progress
                value={task.progress}
                size="xs"
                my={4}
                aria-label={`Progress: ${taskLabel(task, tasks)}`}
                transitionDuration={400}
              />
            )}
            <Text size="xs" c="dimmed">
              {taskDetail(task)}
            </Text>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function taskDetail(task: Task): string {
  const parts: string[] = []
  if (task.status === 'running' && task.speed) parts.push(`${task.speed.toFixed(1)}× real time`)
  if (task.status === 'running' && task.etaSeconds) {
    parts.push(`${formatDuration(task.etaSeconds)} left`)
  }
  if (task.attempt > 1) parts.push(`attempt ${task.attempt} of ${task.maxAttempts}`)
  if (task.workerId && task.status === 'running') parts.push(`on ${task.workerId}`)
  if (task.detail) parts.push(task.detail)
  return parts.join(', ')
}
