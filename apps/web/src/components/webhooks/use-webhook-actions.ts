'use client'

import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useServices } from '@/components/providers/services'
import { confirm } from '@/components/ui/dialogs'
import { complain } from '@/components/ui/notices'
import { changeWebhook, deleteWebhook, redeliver, sendTest } from '@/lib/webhooks/actions'
import type { Webhook } from '@/lib/webhooks/webhook'
import { WEBHOOKS_KEY, webhookKey } from './use-webhook'

/** What the owner can do with a webhook; each tells when it failed, and why. */
export function useWebhookActions({ id, url }: Pick<Webhook, 'id' | 'url'>) {
  const { rest } = useServices()
  const queries = useQueryClient()
  const router = useRouter()
  const key = webhookKey(id)
  const reread = () => queries.invalidateQueries({ queryKey: key })

  const turn = useMutation({
    mutationFn: (active: boolean) => changeWebhook(rest, id, { active }),
    onMutate: async (active) => {
      await queries.cancelQueries({ queryKey: key, exact: true })
      const before = queries.getQueryData<Webhook>(key)
      queries.setQueryData<Webhook>(key, (known) => known && switched(known, active))
      return before
    },
    onError: (error, active, before) => {
      queries.setQueryData(key, before)
      complain(active ? 'The webhook stays off' : 'The webhook stays on')(error)
    },
    onSettled: reread,
  })
  const remove = useMutation({
    mutationFn: () => deleteWebhook(rest, id),
    onError: complain('The webhook was not deleted'),
    onSuccess: async () => {
      router.push('/webhooks')
      queries.removeQueries({ queryKey: key })
      await queries.invalidateQueries({ queryKey: WEBHOOKS_KEY })
      notifications.show({ message: `The webhook to ${url} was deleted.`, role: 'status' })
    },
  })
  const confirmRemove = () =>
    confirm({
      title: `Delete the webhook to ${url}?`,
      text: 'Its log is deleted with it, and what is still to be sent is not sent.',
      action: 'Delete the webhook',
      onConfirm: remove.mutate,
    })
  return { turn, confirmRemove }
}

/** As the server will have it: switching on forgives what went before. */
function switched(webhook: Webhook, active: boolean): Webhook {
  const forgiven = { disabled_at: null, disabled_reason: null, failing_since: null }
  return { ...webhook, active, ...(active && forgiven) }
}

/** Sends a test; `onSent` gets the id of its delivery. */
export function useSendTest(webhookId: string, onSent: (deliveryId: string) => void) {
  const { rest } = useServices()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => sendTest(rest, webhookId),
    onError: complain('No test was sent'),
    onSuccess: ({ id }) => onSent(id),
    onSettled: () => queries.invalidateQueries({ queryKey: webhookKey(webhookId) }),
  })
}

export function useRedeliver(webhookId: string) {
  const { rest } = useServices()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (deliveryId: string) => redeliver(rest, deliveryId),
    onError: complain('It is not sent again'),
    onSettled: () => queries.invalidateQueries({ queryKey: webhookKey(webhookId) }),
  })
}
