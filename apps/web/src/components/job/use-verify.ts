'use client'

import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useServices } from '@/components/providers/services'
import { verifyJob } from '@/lib/jobs/actions'
import { messageOf } from '@/lib/rest/problem'
import { jobKey } from './use-job'

/** Has a published job verified again; the job, which is read again then, tells how far that is. */
export function useVerify(id: string) {
  const { rest } = useServices()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => verifyJob(rest, id),
    onError: (error) =>
      notifications.show({
        color: 'red',
        title: 'The job is not being verified',
        message: messageOf(error),
        role: 'alert',
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: jobKey(id) }),
  })
}
