'use client'

import { Paper, Text } from '@mantine/core'
import Link from 'next/link'
import { RelativeTime } from '@/components/ui/relative-time'
import type { WebhookSummary } from '@/lib/webhooks/queries'
import { eventsText, webhookState } from '@/lib/webhooks/webhook'
import { deliveryColor, deliveryLabel, WebhookBadge } from './webhook-status'
import classes from './webhooks.module.css'

export function WebhookList({ webhooks }: { webhooks: WebhookSummary[] }) {
  return (
    <Paper
      component="ul"
      withBorder
      bg="var(--vidmill-surface)"
      className={classes.list}
      aria-label="Webhooks"
    >
      {webhooks.map((webhook) => (
        <li key={webhook.id} className={classes.row}>
          <div className={classes.name}>
            <Link href={`/webhooks/${webhook.id}`} className={classes.link}>
              {webhook.url}
            </Link>
            <Text size="sm" c="dimmed">
              {[webhook.description, eventsText(webhook.events)].filter(Boolean).join(' · ')}
            </Text>
          </div>
          <Recent deliveries={webhook.deliveries} />
          <WebhookBadge state={webhookState(webhook)} />
        </li>
      ))}
    </Paper>
  )
}

/** The newest deliveries at a glance, the latest last, and the same in words. */
function Recent({ deliveries }: { deliveries: WebhookSummary['deliveries'] }) {
  const [latest] = deliveries
  if (!latest) {
    return (
      <Text size="sm" c="dimmed">
        Nothing sent yet
      </Text>
    )
  }
  return (
    <div>
      <div className={classes.recent} aria-hidden="true">
        {deliveries.toReversed().map(({ id, status }) => (
          <span
            key={id}
            className={classes.tick}
            title={deliveryLabel(status)}
            style={{ '--tick': `var(--mantine-color-${deliveryColor(status)}-6)` } as object}
          />
        ))}
      </div>
      <Text size="xs" c="dimmed" mt={2}>
        {recentText(deliveries)}, <RelativeTime value={latest.createdAt} />
      </Text>
    </div>
  )
}

function recentText(deliveries: WebhookSummary['deliveries']): string {
  const [latest] = deliveries
  if (deliveries.length === 1 && latest) return deliveryLabel(latest.status)
  const arrived = deliveries.filter(({ status }) => status === 'delivered').length
  return `${arrived} of the last ${deliveries.length} delivered`
}
