'use client'

import { Button, Code, Group, Skeleton, Stack, Text } from '@mantine/core'
import { CopyButton } from '@/components/ui/copy-button'
import { ErrorNotice } from '@/components/ui/error-notice'
import { formatExact } from '@/lib/format'
import { type Webhook, type WholeDelivery, webhookState } from '@/lib/webhooks/webhook'
import { AttemptList } from './attempt-list'
import { useDelivery } from './use-webhook'
import { useRedeliver } from './use-webhook-actions'
import classes from './webhooks.module.css'

/** What is sent, where it stands, and every attempt with its answer. */
export function DeliveryDetail({ webhook, id }: { webhook: Webhook; id: string }) {
  const { data: delivery, error, refetch } = useDelivery(webhook.id, id)
  const again = useRedeliver(webhook.id)
  const { active, disabled_at: disabledAt } = webhook
  const state = webhookState({ active, disabledAt, failingSince: null })
  if (delivery === null) {
    return <Text size="sm">It is not in the log any more, or its address is mistyped.</Text>
  }
  if (!delivery) {
    return error ? (
      <ErrorNotice
        title="The delivery could not be read"
        error={error}
        onRetry={() => void refetch()}
      />
    ) : (
      <Skeleton height={160} />
    )
  }
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="xs">
        <Text size="sm">{standing(delivery)}</Text>
        <Button
          size="xs"
          variant="default"
          loading={again.isPending}
          disabled={state !== 'on'}
          title={state === 'on' ? undefined : 'Switch the webhook on first'}
          onClick={() => again.mutate(delivery.id)}
        >
          Redeliver
        </Button>
      </Group>
      <Group gap={4}>
        <Text size="sm" c="dimmed">
          Id
        </Text>
        <Code bg="transparent" style={{ overflowWrap: 'anywhere' }}>
          {delivery.id}
        </Code>
        <CopyButton value={delivery.id} what="the id of the delivery" />
      </Group>
      <AttemptList attempts={delivery.attempt_log} />
      <div>
        <Group gap={4} mb={4}>
          <Text size="sm" fw={600}>
            Body
          </Text>
          <CopyButton value={pretty(delivery)} what="the body" />
        </Group>
        <Code block className={classes.block} tabIndex={0}>
          {pretty(delivery)}
        </Code>
      </div>
    </Stack>
  )
}

function pretty({ payload }: WholeDelivery): string {
  return JSON.stringify(payload, null, 2)
}

function standing({ status, next_attempt_at: next, finished_at: finished }: WholeDelivery): string {
  switch (status) {
    case 'delivered':
      return `Delivered ${exactly(finished)}.`
    case 'failed':
      return `Every attempt failed, the last ${exactly(finished)}. It is not sent again by itself.`
    case 'superseded':
      return 'Something newer of the same job came before it could be sent, so it is not sent.'
    default:
      if (next === null) return 'Waits until the webhook is switched on.'
      return Date.parse(next) <= Date.now() ? 'Is being sent.' : `Is sent next ${exactly(next)}.`
  }
}

function exactly(moment: string | null): string {
  return moment ? `on ${formatExact(Date.parse(moment))}` : 'just now'
}
