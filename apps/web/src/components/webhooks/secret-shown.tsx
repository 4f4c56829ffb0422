'use client'

import { Text } from '@mantine/core'
import { ShownOnce } from '@/components/ui/shown-once'
import type { NewWebhook } from '@/lib/webhooks/webhook'

interface SecretShownProps {
  webhook: NewWebhook
  title: string
  onClose: () => void
}

/** The secret that requests to a webhook are signed with. */
export function SecretShown({ webhook, title, onClose }: SecretShownProps) {
  return (
    <ShownOnce title={title} what="secret" secret={webhook.secret} onClose={onClose}>
      <Text size="sm">
        Your server verifies with it that a request is Vidmill’s. Requests are signed as{' '}
        <b>Standard Webhooks</b> say, in <code>webhook-signature</code>; their libraries for most
        languages take this secret as it is.
      </Text>
    </ShownOnce>
  )
}
