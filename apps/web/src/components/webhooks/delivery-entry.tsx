'use client'

import { Text, UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useId } from 'react'
import { RelativeTime } from '@/components/ui/relative-time'
import type { Delivery, Webhook } from '@/lib/webhooks/webhook'
import { DeliveryDetail } from './delivery-detail'
import { DeliveryBadge } from './webhook-status'
import classes from './webhooks.module.css'

interface DeliveryEntryProps {
  webhook: Webhook
  id: string
  /** Null where the list has it not: then all is read with the detail. */
  summary: Delivery | null
  open: boolean
  onToggle: (id: string) => void
}

/** A line of the log, and below it, when it is open, everything about the delivery. */
export function DeliveryEntry({ webhook, id, summary, open, onToggle }: DeliveryEntryProps) {
  const detail = useId()
  return (
    <li className={classes.entry}>
      <UnstyledButton
        className={classes.toggle}
        aria-expanded={open}
        aria-controls={open ? detail : undefined}
        onClick={() => onToggle(id)}
      >
        <IconChevronRight size={16} className={classes.chevron} aria-hidden="true" />
        {summary ? (
          <Line delivery={summary} />
        ) : (
          <Text span size="sm">
            The delivery of this address
          </Text>
        )}
      </UnstyledButton>
      {open && (
        <div id={detail} className={classes.detail}>
          <DeliveryDetail webhook={webhook} id={id} />
        </div>
      )}
    </li>
  )
}

function Line({ delivery }: { delivery: Delivery }) {
  const { event, status, attempts, created_at: created } = delivery
  return (
    <>
      <Text span size="sm" fw={500} className={classes.event}>
        {event}
      </Text>
      <span className={classes.status}>
        <DeliveryBadge status={status} />
      </span>
      <Text span size="sm" c="dimmed" className={classes.attemptCount}>
        {attempts === 1 ? '1 attempt' : `${attempts} attempts`}
      </Text>
      <Text span size="sm" c="dimmed" className={classes.time}>
        <RelativeTime value={created} />
      </Text>
    </>
  )
}
