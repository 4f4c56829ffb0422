'use client'

import { NativeSelect } from '@mantine/core'
import type { JobDetail } from '@/lib/jobs/job'
import { useChangePriority } from './use-job-actions'

const NAMES: Record<number, string> = { 0: 'lowest', 5: 'usual', 10: 'most urgent' }

const CHOICES = Array.from({ length: 11 }, (_, n) => {
  const priority = 10 - n
  const name = NAMES[priority]
  return { value: `${priority}`, label: `Priority ${priority}${name ? ` (${name})` : ''}` }
})

/** How soon a job's tasks are taken from the queue; of one that has not ended. */
export function PrioritySelect({ job }: { job: JobDetail }) {
  const change = useChangePriority(job.id)
  return (
    <NativeSelect
      aria-label="Priority of the job"
      size="sm"
      w={190}
      data={CHOICES}
      value={`${job.priority}`}
      disabled={change.isPending}
      onChange={(event) => change.mutate(Number(event.currentTarget.value))}
    />
  )
}
