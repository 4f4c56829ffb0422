import type { components } from '@/generated/rest'
import { bodyOf, type RestClient } from '@/lib/rest/client'
import type { Delivery, NewWebhook, Webhook } from './webhook'

export type WebhookWish = components['schemas']['CreateWebhook']
export type WebhookChange = components['schemas']['ChangeWebhook']

const at = (id: string) => ({ params: { path: { webhook_id: id } } })

/** The answer alone has the secret. */
export async function createWebhook(rest: RestClient, wish: WebhookWish): Promise<NewWebhook> {
  return bodyOf(await rest.POST('/api/v1/webhooks', { body: wish }))
}

export async function changeWebhook(
  rest: RestClient,
  id: string,
  change: WebhookChange,
): Promise<Webhook> {
  return bodyOf(await rest.PATCH('/api/v1/webhooks/{webhook_id}', { ...at(id), body: change }))
}

/** With its log. */
export async function deleteWebhook(rest: RestClient, id: string): Promise<void> {
  await rest.DELETE('/api/v1/webhooks/{webhook_id}', at(id))
}

/** Requests carry the signatures of both secrets for `overlapSeconds`, at most seven days. */
export async function rotateSecret(
  rest: RestClient,
  id: string,
  overlapSeconds: number,
): Promise<NewWebhook> {
  return bodyOf(
    await rest.POST('/api/v1/webhooks/{webhook_id}/rotate-secret', {
      ...at(id),
      body: { overlap_seconds: overlapSeconds },
    }),
  )
}

export async function sendTest(rest: RestClient, id: string): Promise<Delivery> {
  return bodyOf(await rest.POST('/api/v1/webhooks/{webhook_id}/test', at(id)))
}

/** With the same id and content, and as many attempts as at first. */
export async function redeliver(rest: RestClient, id: string): Promise<Delivery> {
  return bodyOf(
    await rest.POST('/api/v1/deliveries/{delivery_id}/redeliver', {
      params: { path: { delivery_id: id } },
    }),
  )
}
