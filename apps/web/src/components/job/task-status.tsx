'use client'

import {
  IconAlertCircle,
  IconBan,
  IconCheck,
  IconClock,
  IconHourglassEmpty,
  IconLoader2,
  IconPlayerSkipForward,
  type TablerIcon,
} from '@tabler/icons-react'
import type { TaskStatus } from '@/lib/jobs/job'

const LOOKS: Record<TaskStatus, { label: string; icon: TablerIcon; color: string }> = {
  blocked: { label: 'Waits for other tasks', icon: IconHourglassEmpty, color: 'dimmed' },
  queued: { label: 'Queued', icon: IconClock, color: 'dimmed' },
  running: { label: 'Running', icon: IconLoader2, color: 'blue-5' },
  completed: { label: 'Done', icon: IconCheck, color: 'teal-6' },
  failed: { label: 'Failed', icon: IconAlertCircle, color: 'error' },
  skipped: { label: 'Skipped', icon: IconPlayerSkipForward, color: 'dimmed' },
  cancelled: { label: 'Cancelled', icon: IconBan, color: 'dimmed' },
}

export function taskStatusLabel(status: TaskStatus): string {
  return LOOKS[status].label
}

/** Beside words that say the same. */
export function TaskStatusIcon({ status }: { status: TaskStatus }) {
  const { icon: Icon, color } = LOOKS[status]
  return (
    <Icon
      size={16}
      aria-hidden="true"
      color={`var(--mantine-color-${color})`}
      style={{ flex: 'none' }}
    />
  )
}
