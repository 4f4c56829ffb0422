'use client'

import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useJobLists } from '@/components/jobs/use-jobs'
import { useServices } from '@/components/providers/services'
import { confirm } from '@/components/ui/dialogs'
import { complain } from '@/components/ui/notices'
import {
  cancelJob,
  changePriority,
  deleteJob,
  pauseJob,
  resumeJob,
  retryJob,
} from '@/lib/jobs/actions'
import type { JobDetail } from '@/lib/jobs/job'
import type { RestClient } from '@/lib/rest/client'
import { intentKey, type JobIntent, jobKey } from './use-job'

/** What the owner can do with a job; each tells when it failed, and why. */
export function useJobActions(job: JobDetail) {
  const { id, filename } = job
  const cancel = useIntent(id, cancelJob, { status: 'cancelled' }, 'The job was not cancelled')
  const retry = useIntent(id, retryJob, { status: 'queued' }, 'The job was not started again')
  const pause = useIntent(id, pauseJob, { status: 'paused' }, 'The job was not paused')
  const resume = useIntent(id, resumeJob, { status: 'queued' }, 'The job does not go on')
  const remove = useRemove(job)
  return {
    retry,
    cancel,
    pause,
    resume,
    remove,
    confirmCancel: () =>
      confirm({
        title: `Cancel the job of ${filename}?`,
        text: 'The transcode stops, and what it has made so far is removed. It can be retried later.',
        action: 'Cancel the job',
        onConfirm: cancel.mutate,
      }),
    confirmRemove: () =>
      confirm({
        title: `Delete the job of ${filename}?`,
        text: 'Its renditions, playlists and thumbnails are deleted for good, and its links stop working. The uploaded video stays.',
        action: 'Delete the job',
        onConfirm: remove.mutate,
      }),
  }
}

export type JobActions = ReturnType<typeof useJobActions>

export function useChangePriority(id: string) {
  const { rest } = useServices()
  const { begin, end } = useIntents(id)
  return useMutation({
    mutationFn: (priority: number) => changePriority(rest, id, priority),
    onMutate: (priority) => begin({ priority }),
    onError: complain('The priority was not changed'),
    onSettled: end,
  })
}

/** A call that is shown as answered at once, and taken back if it is refused. */
function useIntent(
  id: string,
  call: (rest: RestClient, id: string) => Promise<void>,
  intent: JobIntent,
  failure: string,
) {
  const { rest } = useServices()
  const { begin, end } = useIntents(id)
  return useMutation({
    mutationFn: () => call(rest, id),
    onMutate: () => begin(intent),
    onError: complain(failure),
    onSettled: end,
  })
}

function useIntents(id: string) {
  const queries = useQueryClient()
  return {
    begin: (intent: JobIntent) => {
      queries.setQueryData<JobIntent>(intentKey(id), intent)
    },
    end: async () => {
      await queries.invalidateQueries({ queryKey: jobKey(id) })
      queries.setQueryData<JobIntent>(intentKey(id), {})
    },
  }
}

function useRemove({ id, filename }: JobDetail) {
  const { rest } = useServices()
  const queries = useQueryClient()
  const router = useRouter()
  const { change } = useJobLists()
  return useMutation({
    mutationFn: () => deleteJob(rest, id),
    onError: complain('The job was not deleted'),
    onSuccess: () => {
      router.push('/jobs')
      queries.removeQueries({ queryKey: jobKey(id) })
      change((each) => (each.id === id ? null : each))
      notifications.show({ message: `The job of ${filename} was deleted.` })
    },
  })
}
