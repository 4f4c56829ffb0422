'use client'

import { Badge } from '@mantine/core'
import type { DeliveryStatus, WebhookState } from '@/lib/webhooks/webhook'

const STATES: Record<WebhookState, { color: string; label: string }> = {
  on: { color: 'teal', label: 'On' },
  failing: { color: 'yellow', label: 'On, but failing' },
  disabled: { color: 'red', label: 'Disabled by Vidmill' },
  off: { color: 'gray', label: 'Switched off' },
}

export function WebhookBadge({ state }: { state: WebhookState }) {
  const { color, label } = STATES[state]
  return (
    <Badge color={color} data-state={state}>
      {label}
    </Badge>
  )
}

const STATUSES: Record<DeliveryStatus, { color: string; label: string }> = {
  pending: { color: 'blue', label: 'Pending' },
  delivered: { color: 'teal', label: 'Delivered' },
  failed: { color: 'red', label: 'Failed' },
  superseded: { color: 'gray', label: 'Superseded' },
}

export function deliveryLabel(status: DeliveryStatus): string {
  return STATUSES[status].label
}

export function deliveryColor(status: DeliveryStatus): string {
  return STATUSES[status].color
}

export function DeliveryBadge({ status }: { status: DeliveryStatus }) {
  const { color, label } = STATUSES[status]
  return (
    <Badge color={color} data-status={status}>
      {label}
    </Badge>
  )
}
