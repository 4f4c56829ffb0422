import type { ResultOf } from 'gql.tada'
import type { GraphQLClient } from '@/lib/graphql/client'
import { lower } from '@/lib/graphql/enums'
import { graphql } from '@/lib/graphql/tada'
import { bodyOf, type RestClient } from '@/lib/rest/client'
import { ApiError } from '@/lib/rest/problem'
import type { Delivery, DeliveryStatus, Webhook, WholeDelivery } from './webhook'

const WEBHOOKS = graphql(`
  query OwnWebhooks {
    webhooks(first: 50, mine: true) {
      id
      url
      events
      description
      active
      disabledAt
      disabledReason
      failingSince
      deliveries {
        id
        status
        createdAt
      }
    }
  }
`)

/** A webhook in the list, with the newest ten of its deliveries. */
export type WebhookSummary = ReturnType<typeof toSummary>

/** All that an account can have, the newest first. */
export async function fetchWebhooks(
  client: GraphQLClient,
  signal: AbortSignal,
): Promise<WebhookSummary[]> {
  const { webhooks } = await client.query(WEBHOOKS, {}, signal)
  return webhooks.map(toSummary)
}

function toSummary(webhook: ResultOf<typeof WEBHOOKS>['webhooks'][number]) {
  const deliveries = webhook.deliveries.map((one) => ({ ...one, status: lower(one.status) }))
  return { ...webhook, deliveries }
}

/** Null when there is no such webhook, or it is somebody else's. */
export async function fetchWebhook(
  rest: RestClient,
  id: string,
  signal: AbortSignal,
): Promise<Webhook | null> {
  const params = { path: { webhook_id: id } }
  return orNull(async () =>
    bodyOf(await rest.GET('/api/v1/webhooks/{webhook_id}', { params, signal })),
  )
}

export interface DeliveriesRequest {
  status: DeliveryStatus | null
  event: string | null
  cursor: string | null
  /** At most 500. */
  limit: number
}

export interface Deliveries {
  items: Delivery[]
  total: number
  next_cursor: string | null
}

/** The log of a webhook, the newest first. */
export async function fetchDeliveries(
  rest: RestClient,
  id: string,
  { status, event, cursor, limit }: DeliveriesRequest,
  signal: AbortSignal,
): Promise<Deliveries> {
  const query = {
    limit,
    ...(status && { status }),
    ...(event && { event }),
    ...(cursor && { cursor }),
  }
  const params = { path: { webhook_id: id }, query }
  return bodyOf(await rest.GET('/api/v1/webhooks/{webhook_id}/deliveries', { params, signal }))
}

/** A delivery with every attempt; null when it is out of the log. */
export async function fetchDelivery(
  rest: RestClient,
  id: string,
  signal: AbortSignal,
): Promise<WholeDelivery | null> {
  const params = { path: { delivery_id: id } }
  return orNull(async () =>
    bodyOf(await rest.GET('/api/v1/deliveries/{delivery_id}', { params, signal })),
  )
}

/** An id that is none is refused as an invalid one, and is as little to be found. */
async function orNull<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null
    throw error
  }
}
