'use client'

import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useServices } from '@/components/providers/services'
import { confirm } from '@/components/ui/dialogs'
import { complain } from '@/components/ui/notices'
import { fetchAdminJobs, restartFailed } from '@/lib/admin/everybodys-jobs'
import { counted } from '@/lib/format'

/** Starting all failed jobs again: those of one owner where the list is of one. */
export function useRestartFailed(owner: string | null, ownerName: string | null) {
  const { rest } = useServices()
  const queries = useQueryClient()
  const whose = ownerName ? ` of ${ownerName}` : ''
  const restart = useMutation({
    mutationFn: () => restartFailed(rest, owner),
    onSuccess: (jobs) =>
      notifications.show({
        message: `${counted(jobs, 'failed job')}${whose} ${jobs === 1 ? 'starts' : 'start'} again.`,
      }),
    onError: complain('Not all jobs were started again'),
    onSettled: () => queries.invalidateQueries({ queryKey: ['admin'] }),
  })
  const confirmRestart = async () => {
    try {
      const failed = { status: 'failed', search: '', owner, after: null } as const
      const { signal } = new AbortController()
      const { total, totalIsExact } = await fetchAdminJobs(rest, failed, signal)
      if (total === 0) {
        notifications.show({ message: `No job${whose} is failed.` })
        return
      }
      const jobs = `${counted(total, 'failed job')}${totalIsExact ? '' : ' or more'}${whose}`
      confirm({
        title: `Restart ${jobs}?`,
        text: 'They go back to the queue and keep the tasks that completed. Those whose cause is still there fail again.',
        action: 'Restart them',
        keep: 'Cancel',
        destructive: false,
        onConfirm: restart.mutate,
      })
    } catch (error) {
      complain('The failed jobs could not be counted')(error)
    }
  }
  return { restart, confirmRestart }
}
