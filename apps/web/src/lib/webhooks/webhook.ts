import type { components } from '@/generated/rest'

export type Webhook = components['schemas']['WebhookView']
export type NewWebhook = components['schemas']['NewWebhook']
export type WebhookEvent = components['schemas']['WebhookEvent']
export type Delivery = components['schemas']['DeliveryView']
export type WholeDelivery = components['schemas']['WholeDelivery']
export type Attempt = components['schemas']['AttemptView']
export type DeliveryStatus = components['schemas']['DeliveryStatus']

/** Every event that one can hear of, and when it comes. */
export const WEBHOOK_EVENTS: Record<WebhookEvent, string> = {
  'video.uploaded': 'An upload is complete.',
  'job.started': 'A worker has begun, also when the job is tried again.',
  'job.progress': 'Another tenth is done; only the latest is sent.',
  'job.playable': 'The first segments can be played, long before the end.',
  'job.completed': 'Everything is published.',
  'job.failed': 'The job has failed for good.',
  'job.cancelled': 'The job was cancelled.',
}

export const EVENT_NAMES = Object.keys(WEBHOOK_EVENTS) as WebhookEvent[]

/** What a test sends; nobody subscribes to it. */
export const TEST_EVENT = 'webhook.test'

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'superseded'] as const

/** `disabled`: by the server, because the receiver failed for too long. `off`: by its owner. */
export type WebhookState = 'on' | 'failing' | 'disabled' | 'off'

interface Switches {
  active: boolean
  disabledAt: string | null
  failingSince: string | null
}

export function webhookState({ active, disabledAt, failingSince }: Switches): WebhookState {
  if (!active) return 'off'
  if (disabledAt) return 'disabled'
  return failingSince ? 'failing' : 'on'
}

/** "All events", or their names. */
export function eventsText(events: readonly string[]): string {
  return EVENT_NAMES.every((name) => events.includes(name)) ? 'All events' : events.join(', ')
}

/** So soon the next attempt of a delivery may come that it is worth looking often. */
const SOON_MS = 15_000

/** Whether its status may change any moment. One that waits for a switched-off webhook does not. */
export function isMoving(delivery: Delivery, now: number): boolean {
  const { status, next_attempt_at: next } = delivery
  return status === 'pending' && next !== null && Date.parse(next) - now < SOON_MS
}

/** How long an attempt took: "84 ms", "2.5 s". */
export function formatLatency(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`
}

/** What came of an attempt, in a few words. */
export function attemptOutcome({ response_status: status }: Attempt): string {
  return status === null ? 'No answer' : `Answered ${status}`
}
