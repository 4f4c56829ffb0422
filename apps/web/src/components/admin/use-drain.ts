'use client'

import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useServices } from '@/components/providers/services'
import { confirm } from '@/components/ui/dialogs'
import { complain } from '@/components/ui/notices'
import { drainWorker, takesTasks, undrainWorker, type Worker } from '@/lib/admin/workers'

export const WORKERS_KEY = ['admin', 'workers']

/** Taking workers out of service and back; the list shows it before the server has answered. */
export function useDrain(workers: Worker[]) {
  const { rest } = useServices()
  const queries = useQueryClient()

  /** Shows what is to come; gives back what was shown, to be shown again if it does not come. */
  const show = async (id: string, change: (worker: Worker) => Partial<Worker>) => {
    await queries.cancelQueries({ queryKey: WORKERS_KEY })
    const before = queries.getQueryData<Worker[]>(WORKERS_KEY)
    queries.setQueryData<Worker[]>(WORKERS_KEY, (all) =>
      all?.map((worker) => (worker.id === id ? { ...worker, ...change(worker) } : worker)),
    )
    return { before }
  }
  const settle = (title: string) => ({
    onError: (error: Error, _id: string, shown: { before?: Worker[] } | undefined) => {
      queries.setQueryData(WORKERS_KEY, shown?.before)
      complain(title)(error)
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['admin'] }),
  })
  const drain = useMutation({
    mutationFn: (id: string) => drainWorker(rest, id),
    onMutate: (id) =>
      show(id, () => ({ status: 'told-to-drain', drainRequestedAt: new Date().toISOString() })),
    onSuccess: (_answer, id) =>
      notifications.show({ message: `${id} finishes its tasks and takes no more.` }),
    ...settle('The worker was not drained'),
  })
  const undrain = useMutation({
    mutationFn: (id: string) => undrainWorker(rest, id),
    // One that drains already learns of it with its next heartbeat, and says so itself.
    onMutate: (id) =>
      show(id, ({ status }) => ({
        status: status === 'told-to-drain' ? 'idle' : status,
        drainRequestedAt: null,
      })),
    onSuccess: (_answer, id) =>
      notifications.show({ message: `${id} takes tasks again within seconds.` }),
    ...settle('The worker takes no tasks yet'),
  })

  return {
    undrain: (id: string) => undrain.mutate(id),
    /** Asks first where nobody else would be left to work. */
    drain: (id: string) => {
      if (workers.some((worker) => worker.id !== id && takesTasks(worker))) {
        drain.mutate(id)
        return
      }
      confirm({
        title: `Drain ${id}, the last worker that takes tasks?`,
        text: 'Its tasks are finished, and then all jobs wait until a worker takes tasks again.',
        action: `Drain ${id}`,
        keep: 'Cancel',
        onConfirm: () => drain.mutate(id),
      })
    },
  }
}
