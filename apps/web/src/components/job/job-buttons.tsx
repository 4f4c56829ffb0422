'use client'

import { Button, Group } from '@mantine/core'
import {
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconReload,
  IconTrash,
} from '@tabler/icons-react'
import { adviceFor } from '@/lib/jobs/error-advice'
import { canCancel, isActive, type JobDetail } from '@/lib/jobs/job'
import { PrioritySelect } from './priority-select'
import { type JobActions, useJobActions } from './use-job-actions'

/** What can be done with the job as it stands. */
export function JobButtons({ job }: { job: JobDetail }) {
  const actions = useJobActions(job)
  return (
    <Group gap="xs">
      {canCancel(job.status) && <PrioritySelect job={job} />}
      <FlowButton job={job} actions={actions} />
      <EndButton job={job} actions={actions} />
    </Group>
  )
}

interface ButtonProps {
  job: JobDetail
  actions: JobActions
}

const icon = { size: 16, 'aria-hidden': true } as const

/** One button in all states, so that whoever pressed it by the keyboard does not lose their place. */
function FlowButton({ job, actions }: ButtonProps) {
  const { pause, resume, retry, cancel } = actions
  const worthRetrying = !job.error || adviceFor(job.error.code).worthRetrying
  const offer = isActive(job.status)
    ? { label: 'Pause', icon: <IconPlayerPause {...icon} />, call: pause, filled: false }
    : job.status === 'paused'
      ? { label: 'Resume', icon: <IconPlayerPlay {...icon} />, call: resume, filled: true }
      : { label: 'Retry', icon: <IconReload {...icon} />, call: retry, filled: worthRetrying }
  if (job.status === 'completed') return null
  const busy = [pause, resume, retry, cancel].some((each) => each.isPending)
  return (
    <Button
      variant={offer.filled ? 'filled' : 'default'}
      leftSection={offer.icon}
      // Not disabled, which would take the focus away.
      aria-disabled={busy}
      onClick={() => !busy && offer.call.mutate()}
    >
      {offer.label}
    </Button>
  )
}

function EndButton({ job, actions }: ButtonProps) {
  const { remove, retry, confirmCancel, confirmRemove } = actions
  const cancels = canCancel(job.status)
  return (
    <Button
      variant="default"
      leftSection={cancels ? <IconPlayerStop {...icon} /> : <IconTrash {...icon} />}
      loading={remove.isPending}
      aria-disabled={retry.isPending}
      onClick={() => !retry.isPending && (cancels ? confirmCancel() : confirmRemove())}
    >
      {cancels ? 'Cancel' : 'Delete'}
    </Button>
  )
}
