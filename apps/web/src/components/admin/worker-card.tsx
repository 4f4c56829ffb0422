'use client'

import { Anchor, Badge, Button, Group, Paper, Progress, Stack, Text, Title } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import Link from 'next/link'
import { Facts } from '@/components/ui/facts'
import { RelativeTime } from '@/components/ui/relative-time'
import { taskName, type Worker, type WorkerStatus, type WorkerTask } from '@/lib/admin/workers'
import { counted, formatPercent } from '@/lib/format'

const LOOKS: Record<WorkerStatus, { color: string; label: string }> = {
  busy: { color: 'blue', label: 'Busy' },
  idle: { color: 'teal', label: 'Idle' },
  'told-to-drain': { color: 'yellow', label: 'About to drain' },
  draining: { color: 'yellow', label: 'Draining' },
  silent: { color: 'red', label: 'Silent' },
  stopped: { color: 'gray', label: 'Stopped' },
}

interface WorkerCardProps {
  worker: Worker
  onDrain: (id: string) => void
  onUndrain: (id: string) => void
}

export function WorkerCard({ worker, onDrain, onUndrain }: WorkerCardProps) {
  const { id, status, drainRequestedAt } = worker
  const { color, label } = LOOKS[status]
  return (
    <Paper component="li" withBorder p="md" bg="var(--vidmill-surface)">
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div style={{ minWidth: 0 }}>
            <Title order={2} size="h4" style={{ overflowWrap: 'anywhere' }}>
              {id}
            </Title>
            <Badge color={color} data-status={status} mt={4}>
              {label}
            </Badge>
          </div>
          {drainRequestedAt ? (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconPlayerPlay size={16} aria-hidden="true" />}
              aria-label={`Undo drain of ${id}`}
              onClick={() => onUndrain(id)}
            >
              Undo drain
            </Button>
          ) : (
            status !== 'stopped' && (
              <Button
                size="compact-sm"
                variant="default"
                leftSection={<IconPlayerPause size={16} aria-hidden="true" />}
                aria-label={`Drain ${id}`}
                onClick={() => onDrain(id)}
              >
                Drain
              </Button>
            )
          )}
        </Group>
        <WorkerFacts worker={worker} />
        <WorkerTasks worker={worker} />
      </Stack>
    </Paper>
  )
}

function WorkerFacts({ worker }: { worker: Worker }) {
  const { host, slots, encoders, tasksCompleted, tasksFailed, startedAt, heartbeatAt } = worker
  return (
    <Facts dense>
      <dt>Host</dt>
      <dd>{host}</dd>
      <dt>At once</dt>
      <dd>{slots === 1 ? 'one task' : `${slots} tasks`}</dd>
      <dt>Encoders</dt>
      <dd>{encoders.length > 0 ? `software, ${encoders.join(', ')}` : 'software'}</dd>
      <dt>Done so far</dt>
      <dd>
        {counted(tasksCompleted, 'task')}, {counted(tasksFailed, 'failed attempt')}
      </dd>
      <dt>Started</dt>
      <dd>
        <RelativeTime value={startedAt} />
      </dd>
      <dt>Last heard of</dt>
      <dd>
        <RelativeTime value={heartbeatAt} />
      </dd>
      {worker.drainRequestedAt && (
        <>
          <dt>Drain asked for</dt>
          <dd>
            <RelativeTime value={worker.drainRequestedAt} />
          </dd>
        </>
      )}
    </Facts>
  )
}

function WorkerTasks({ worker }: { worker: Worker }) {
  if (worker.runningTasks === 0 && worker.tasks.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Runs no task now.
      </Text>
    )
  }
  return (
    <Stack component="ul" gap={6} m={0} p={0} style={{ listStyle: 'none' }}>
      {worker.tasks.map((task) => (
        <RunningTask key={task.id} task={task} />
      ))}
    </Stack>
  )
}

function RunningTask({ task }: { task: WorkerTask }) {
  const name = taskName(task)
  return (
    <li>
      <Group justify="space-between" gap="xs">
        <Anchor component={Link} href={`/jobs/${task.jobId}`} size="sm">
          {name} of job {task.jobId.slice(0, 8)}…
        </Anchor>
        <Text size="xs" c="dimmed">
          {formatPercent(task.progress)}
          {task.speed !== null && `, ${task.speed.toFixed(1)}×`}
        </Text>
      </Group>
      <Progress value={task.progress} size="sm" aria-label={`Progress of ${name}`} />
    </li>
  )
}
