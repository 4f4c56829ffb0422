'use client'

import { useServices } from '@/components/providers/services'
import { ReplaceForm } from '@/components/ui/replace-form'
import { rotateSecret } from '@/lib/webhooks/actions'
import type { NewWebhook, Webhook } from '@/lib/webhooks/webhook'

interface RotateSecretFormProps {
  webhook: Webhook
  onMade: (webhook: NewWebhook) => void
  onClose: () => void
}

export function RotateSecretForm({ webhook, onMade, onClose }: RotateSecretFormProps) {
  const { rest } = useServices()
  return (
    <ReplaceForm
      what="secret"
      title="Replace the secret"
      text={`Requests to ${webhook.url} are signed with both secrets for a while, so that your server can go over to the new one without missing any.`}
      label="The present secret"
      does="Signs"
      longest={604_800}
      replace={async (seconds) => onMade(await rotateSecret(rest, webhook.id, seconds))}
      onClose={onClose}
    />
  )
}
