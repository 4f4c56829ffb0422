'use client'

import { Alert, Anchor, Button, Group, Paper, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconArrowLeft, IconSend } from '@tabler/icons-react'
import Link from 'next/link'
import { Facts } from '@/components/ui/facts'
import { RelativeTime } from '@/components/ui/relative-time'
import { Warning } from '@/components/ui/warning'
import { formatExact } from '@/lib/format'
import { eventsText, type Webhook, webhookState } from '@/lib/webhooks/webhook'
import { useSendTest, useWebhookActions } from './use-webhook-actions'
import { WebhookBadge } from './webhook-status'

interface WebhookHeaderProps {
  webhook: Webhook
  onEdit: () => void
  onRotate: () => void
  /** Gets the id of the test's delivery. */
  onTested: (deliveryId: string) => void
}

/** What a webhook is, how its receiver fares, and what one can do with it. */
export function WebhookHeader({ webhook, onEdit, onRotate, onTested }: WebhookHeaderProps) {
  const { turn, confirmRemove } = useWebhookActions(webhook)
  const test = useSendTest(webhook.id, onTested)
  const state = webhookState({
    active: webhook.active,
    disabledAt: webhook.disabled_at,
    failingSince: webhook.failing_since,
  })
  const listens = state === 'on' || state === 'failing'
  return (
    <>
      <div>
        <Anchor component={Link} href="/webhooks" size="sm">
          <Group component="span" gap={4} display="inline-flex">
            <IconArrowLeft size={14} aria-hidden="true" />
            Webhooks
          </Group>
        </Anchor>
        <Group gap="sm" mt={4}>
          <Title order={1} size="h3" style={{ overflowWrap: 'anywhere' }}>
            {webhook.url}
          </Title>
          <WebhookBadge state={state} />
        </Group>
      </div>
      <Trouble webhook={webhook} />
      <Group gap="xs">
        <Button
          leftSection={<IconSend size={16} aria-hidden="true" />}
          loading={test.isPending}
          disabled={!listens}
          onClick={() => test.mutate()}
        >
          Send a test
        </Button>
        <Button variant="default" onClick={() => turn.mutate(!listens)} loading={turn.isPending}>
          {listens ? 'Switch off' : 'Switch on'}
        </Button>
        <Button variant="default" onClick={onEdit}>
          Change
        </Button>
        <Button variant="default" onClick={onRotate}>
          Replace the secret
        </Button>
        <Button variant="default" onClick={confirmRemove}>
          Delete
        </Button>
      </Group>
      <Paper withBorder p="md" bg="var(--vidmill-surface)">
        <WebhookFacts webhook={webhook} />
      </Paper>
    </>
  )
}

/** Why nothing arrives, and what to do. */
function Trouble({ webhook }: { webhook: Webhook }) {
  const { active, disabled_at: disabled, disabled_reason: reason, failing_since: since } = webhook
  if (!active) {
    return (
      <Alert color="gray" title="You switched it off">
        Nothing is recorded for it, and what was still to be sent waits until you switch it on.
      </Alert>
    )
  }
  if (disabled) {
    return (
      <Alert
        color="red"
        icon={<IconAlertTriangle aria-hidden="true" />}
        title="Vidmill disabled it"
      >
        <Text size="sm">
          {reason} That was <RelativeTime value={disabled} focusable />. Once the receiver works
          again, switch the webhook on: what was waiting is then sent.
        </Text>
      </Alert>
    )
  }
  if (!since) return null
  return (
    <Warning title="Its receiver fails">
      <Text size="sm">
        A request failed <RelativeTime value={since} focusable />, and none has succeeded since. See
        below what it answered. A webhook that fails for days is disabled.
      </Text>
    </Warning>
  )
}

function WebhookFacts({ webhook }: { webhook: Webhook }) {
  const { previous_secret_until: until, job_id: jobId } = webhook
  return (
    <Facts>
      {webhook.description && (
        <>
          <dt>Description</dt>
          <dd>{webhook.description}</dd>
        </>
      )}
      <dt>Hears of</dt>
      <dd>{eventsText(webhook.events)}</dd>
      {jobId && (
        <>
          <dt>Of one job</dt>
          <dd>
            <Anchor component={Link} href={`/jobs/${jobId}`} underline="always" size="sm">
              {jobId}
            </Anchor>
          </dd>
        </>
      )}
      <dt>Secret</dt>
      <dd>
        {until
          ? `Two sign: the one before this signs too until ${formatExact(Date.parse(until))}.`
          : 'One signs. It was shown when it was made.'}
      </dd>
      <dt>Created</dt>
      <dd>
        <RelativeTime value={webhook.created_at} focusable />
      </dd>
    </Facts>
  )
}
