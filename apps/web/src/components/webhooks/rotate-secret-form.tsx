'use client'

import { Alert, Button, Group, NativeSelect, Stack, Text } from '@mantine/core'
import { useServices } from '@/components/providers/services'
import { Dialog } from '@/components/ui/dialog'
import { useFormSubmit } from '@/components/ui/use-form-submit'
import { rotateSecret } from '@/lib/webhooks/actions'
import type { NewWebhook, Webhook } from '@/lib/webhooks/webhook'

const OVERLAPS = [
  { value: '0', label: 'Ends at once' },
  { value: '3600', label: 'Signs for another hour' },
  { value: '86400', label: 'Signs for another day' },
  { value: '604800', label: 'Signs for another 7 days' },
]

interface RotateSecretFormProps {
  webhook: Webhook
  onMade: (webhook: NewWebhook) => void
  onClose: () => void
}

export function RotateSecretForm({ webhook, onMade, onClose }: RotateSecretFormProps) {
  const { rest } = useServices()
  const { busy, problem, onSubmit } = useFormSubmit(async (form) =>
    onMade(await rotateSecret(rest, webhook.id, Number(form.get('overlap')))),
  )
  return (
    <Dialog title="Replace the secret" onClose={onClose}>
      <form onSubmit={onSubmit}>
        <Stack>
          {problem && (
            <Alert color="red" role="alert" title="The secret was not replaced">
              {problem}
            </Alert>
          )}
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            Requests to {webhook.url} are signed with both secrets for a while, so that your server
            can go over to the new one without missing any.
          </Text>
          <NativeSelect
            name="overlap"
            label="The present secret"
            data={OVERLAPS}
            defaultValue="86400"
            data-autofocus
          />
          <Group justify="end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={busy}>
              Replace the secret
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
