'use client'

import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { EmptyList } from '@/components/ui/empty-list'
import { ErrorNotice } from '@/components/ui/error-notice'
import type { NewWebhook } from '@/lib/webhooks/webhook'
import { useWebhooks } from './use-webhook'
import { WebhookList } from './webhook-list'

// Without `ssr: false` the whole page would be hidden while a dialog is fetched.
const WebhookForm = dynamic(() => import('./webhook-form').then((all) => all.WebhookForm), {
  ssr: false,
})
const SecretShown = dynamic(() => import('./secret-shown').then((all) => all.SecretShown), {
  ssr: false,
})

export function WebhooksPage() {
  const router = useRouter()
  const { data, error, refetch } = useWebhooks()
  const [creating, setCreating] = useState(false)
  const [made, setMade] = useState<NewWebhook | null>(null)
  return (
    <Stack gap="md" py="md">
      <Group justify="space-between">
        <Title order={1} size="h2">
          Webhooks
        </Title>
        <Button
          leftSection={<IconPlus size={16} aria-hidden="true" />}
          onClick={() => setCreating(true)}
        >
          Create a webhook
        </Button>
      </Group>
      <Text c="dimmed" maw="46rem">
        Vidmill sends a signed request to your server when something happens to your videos and
        jobs, so that it need not ask.
      </Text>
      {error && (
        <ErrorNotice
          title={data ? 'The list is not up to date' : 'The webhooks could not be read'}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && <Skeleton height={160} radius="md" />}
      {data?.length === 0 && (
        <EmptyList
          title="No webhooks yet"
          hint="Create one with the address of your server, and send a test to see whether it arrives."
        />
      )}
      {data && data.length > 0 && <WebhookList webhooks={data} />}
      {creating && (
        <WebhookForm
          onClose={() => setCreating(false)}
          onMade={(webhook) => {
            setCreating(false)
            setMade(webhook)
            void refetch()
          }}
        />
      )}
      {made && (
        <SecretShown
          webhook={made}
          title="The webhook is made"
          onClose={() => router.push(`/webhooks/${made.id}`)}
        />
      )}
    </Stack>
  )
}
