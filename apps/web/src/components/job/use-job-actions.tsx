'use client'

import { Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useServices } from '@/components/providers/services'
import { cancelJob, deleteJob, retryJob } from '@/lib/jobs/actions'
import type { JobDetail } from '@/lib/jobs/job'
import { messageOf } from '@/lib/rest/problem'
import { jobKey } from './use-job'

/** What the owner can do with a job; each tells when it failed, and why. */
export function useJobActions(job: JobDetail) {
  const { rest } = useServices()
  const queries = useQueryClient()
  const router = useRouter()
  const { id, filename } = job

  const reread = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: jobKey(id) }),
      queries.invalidateQueries({ queryKey: ['jobs'] }),
    ])
  const complain = (title: string) => (error: unknown) => {
    notifications.show({ color: 'red', title, message: messageOf(error), role: 'alert' })
  }
  const cancel = useMutation({
    mutationFn: () => cancelJob(rest, id),
    onError: complain('The job was not cancelled'),
    onSettled: reread,
  })
  const retry = useMutation({
    mutationFn: () => retryJob(rest, id),
    onError: complain('The job was not started again'),
    onSettled: reread,
  })
  const remove = useMutation({
    mutationFn: () => deleteJob(rest, id),
    onError: complain('The job was not deleted'),
    onSuccess: async () => {
      router.push('/jobs')
      queries.removeQueries({ queryKey: jobKey(id) })
      await queries.invalidateQueries({ queryKey: ['jobs'] })
      notifications.show({ message: `The job of ${filename} was deleted.` })
    },
  })
  const confirm = (title: string, text: string, action: string, run: () => void) =>
    modals.openConfirmModal({
      title,
      children: <Text size="sm">{text}</Text>,
      labels: { confirm: action, cancel: 'Keep it' },
      confirmProps: { color: 'red.8' },
      closeButtonProps: { 'aria-label': 'Close' },
      onConfirm: run,
    })

  return {
    retry,
    cancel,
    remove,
    confirmCancel: () =>
      confirm(
        `Cancel the job of ${filename}?`,
        'The transcode stops, and what it has made so far is removed. It can be retried later.',
        'Cancel the job',
        cancel.mutate,
      ),
    confirmRemove: () =>
      confirm(
        `Delete the job of ${filename}?`,
        'Its renditions, playlists and thumbnails are deleted for good, and its links stop working. The uploaded video stays.',
        'Delete the job',
        remove.mutate,
      ),
  }
}
