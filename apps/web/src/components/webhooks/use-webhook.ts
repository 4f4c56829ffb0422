'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useServices } from '@/components/providers/services'
import { useGraphQL } from '@/components/providers/use-graphql'
import { useSessionExpiry } from '@/components/providers/use-session'
import { fetchDeliveries, fetchDelivery, fetchWebhook, fetchWebhooks } from '@/lib/webhooks/queries'
import { DELIVERY_STATUSES, type Delivery, isMoving } from '@/lib/webhooks/webhook'

/** While something is sent, and while nothing is: events come by themselves. */
const BUSY_INTERVAL_MS = 1_000
const IDLE_INTERVAL_MS = 10_000

export const PAGE_SIZE = 25

/** All of one's webhooks; everything below it is read anew with it. */
export const WEBHOOKS_KEY = ['webhooks']

export function webhookKey(id: string) {
  return [...WEBHOOKS_KEY, id]
}

export function useWebhooks() {
  const graphql = useGraphQL()
  const query = useQuery({
    queryKey: [...WEBHOOKS_KEY, 'all'],
    queryFn: ({ signal }) => fetchWebhooks(graphql, signal),
    refetchInterval: IDLE_INTERVAL_MS,
  })
  useSessionExpiry(query.error)
  return query
}

/** Null when there is none such. */
export function useWebhook(id: string) {
  const { rest } = useServices()
  const query = useQuery({
    queryKey: webhookKey(id),
    queryFn: ({ signal }) => fetchWebhook(rest, id, signal),
    refetchInterval: ({ state }) => (state.data ? IDLE_INTERVAL_MS : false),
  })
  useSessionExpiry(query.error)
  return query
}

/** What the log shows, kept in the address; `open` is the delivery that is looked at. */
export function useLogFilters() {
  return useQueryStates(
    {
      status: parseAsStringLiteral(DELIVERY_STATUSES),
      event: parseAsString,
      pages: parseAsArrayOf(parseAsString).withDefault([]),
      delivery: parseAsString,
    },
    { history: 'push' },
  )
}

export type LogFilters = ReturnType<typeof useLogFilters>[0]

export function useDeliveries(id: string, { status, event, pages }: LogFilters) {
  const { rest } = useServices()
  const cursor = pages.at(-1) ?? null
  const query = useQuery({
    queryKey: [...webhookKey(id), 'deliveries', { status, event, cursor }],
    queryFn: ({ signal }) =>
      fetchDeliveries(rest, id, { status, event, cursor, limit: PAGE_SIZE }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => intervalOf(state.data?.items ?? []),
  })
  useSessionExpiry(query.error)
  return query
}

/** A delivery with its attempts; null when it is out of the log. */
export function useDelivery(webhookId: string, id: string) {
  const { rest } = useServices()
  const query = useQuery({
    queryKey: [...webhookKey(webhookId), 'delivery', id],
    queryFn: ({ signal }) => fetchDelivery(rest, id, signal),
    refetchInterval: ({ state }) => intervalOf(state.data ? [state.data] : []),
  })
  useSessionExpiry(query.error)
  return query
}

function intervalOf(deliveries: Delivery[]): number {
  const now = Date.now()
  return deliveries.some((one) => isMoving(one, now)) ? BUSY_INTERVAL_MS : IDLE_INTERVAL_MS
}
