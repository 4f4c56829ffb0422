'use client'

import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useServices } from '@/components/providers/services'
import { confirm } from '@/components/ui/dialogs'
import { complain } from '@/components/ui/notices'
import { clearCause, type DeadLetter, retryCause, retryDeadLetter } from '@/lib/admin/dead-letters'
import { counted } from '@/lib/format'

export const LETTERS_KEY = ['admin', 'dead-letters', 'letters']

/** What can be done with the `count` letters of one cause. */
export function useDeadLetterActions(code: string, count: number) {
  const { rest } = useServices()
  const queries = useQueryClient()
  const reread = () => queries.invalidateQueries({ queryKey: ['admin'] })

  const retryOne = useMutation({
    mutationFn: (letter: DeadLetter) => retryDeadLetter(rest, letter.id),
    onSuccess: ({ changed }, letter) =>
      notifications.show(
        changed > 0
          ? { message: `The job of ${letter.filename} starts again.` }
          : { color: 'yellow', message: notRetried(letter) },
      ),
    onError: complain('The job was not started again'),
    onSettled: reread,
  })
  const retryAll = useMutation({
    mutationFn: () => retryCause(rest, code),
    onSuccess: (jobs) =>
      notifications.show({
        message: `${counted(jobs, 'job')} that failed with ${code} ${jobs === 1 ? 'starts' : 'start'} again.`,
      }),
    onError: complain('Not all jobs were started again'),
    onSettled: reread,
  })
  const clear = useMutation({
    mutationFn: () => clearCause(rest, code),
    onSuccess: (letters) =>
      notifications.show({ message: `${counted(letters, 'letter')} of ${code} cleared away.` }),
    onError: complain('The letters were not cleared away'),
    onSettled: reread,
  })

  return {
    retryOne,
    retryAll,
    clear,
    confirmRetryAll: () =>
      confirm({
        title: `Retry ${counted(count, 'letter')} of ${code}?`,
        text: 'Their jobs go back to the queue and keep the tasks that completed. Those whose cause is still there fail again.',
        action: 'Retry them',
        keep: 'Cancel',
        destructive: false,
        onConfirm: retryAll.mutate,
      }),
    confirmClear: () =>
      confirm({
        title: `Clear ${counted(count, 'letter')} of ${code} away?`,
        text: 'They are forgotten, with their logs. Their jobs stay failed, and can still be retried one by one.',
        action: 'Clear them away',
        keep: 'Keep them',
        onConfirm: clear.mutate,
      }),
  }
}

function notRetried({ kind, filename }: DeadLetter): string {
  if (kind === 'verify') {
    return `What is published of ${filename} is not made again. Verify it anew on the page of its job.`
  }
  return `The job of ${filename} is not failed any more: somebody else was quicker, or it goes on.`
}
