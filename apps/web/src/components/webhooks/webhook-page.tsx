'use client'

import { Skeleton, Stack } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { ErrorNotice } from '@/components/ui/error-notice'
import { MessagePage } from '@/components/ui/message-page'
import type { NewWebhook, Webhook } from '@/lib/webhooks/webhook'
import { DeliveryLog } from './delivery-log'
import { useLogFilters, useWebhook, webhookKey } from './use-webhook'
import { WebhookHeader } from './webhook-header'

// Without `ssr: false` the whole page would be hidden while a dialog is fetched.
const EditForm = dynamic(() => import('./webhook-form').then((all) => all.WebhookEditForm), {
  ssr: false,
})
const RotateSecretForm = dynamic(
  () => import('./rotate-secret-form').then((all) => all.RotateSecretForm),
  { ssr: false },
)
const SecretShown = dynamic(() => import('./secret-shown').then((all) => all.SecretShown), {
  ssr: false,
})

export function WebhookPage({ id }: { id: string }) {
  const { data: webhook, error, refetch } = useWebhook(id)
  if (webhook === null) {
    return (
      <MessagePage
        title="There is no such webhook"
        action={{ href: '/webhooks', label: 'To your webhooks' }}
      >
        It was deleted, its address is mistyped, or it belongs to somebody else.
      </MessagePage>
    )
  }
  return (
    <Stack gap="md" py="md">
      {error && (
        <ErrorNotice
          title={webhook ? 'This page is not up to date' : 'The webhook could not be read'}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {webhook && <WebhookView webhook={webhook} />}
      {!webhook && !error && <WebhookSkeleton />}
    </Stack>
  )
}

function WebhookView({ webhook }: { webhook: Webhook }) {
  const queries = useQueryClient()
  const [, setFilters] = useLogFilters()
  const [dialog, setDialog] = useState<'edit' | 'rotate' | NewWebhook | null>(null)
  const close = () => setDialog(null)
  const reread = () => queries.invalidateQueries({ queryKey: webhookKey(webhook.id) })
  return (
    <>
      <WebhookHeader
        webhook={webhook}
        onEdit={() => setDialog('edit')}
        onRotate={() => setDialog('rotate')}
        // Its delivery is the newest: the first page without filters has it.
        onTested={(delivery) => setFilters({ delivery, status: null, event: null, pages: null })}
      />
      <DeliveryLog webhook={webhook} />
      {dialog === 'edit' && (
        <EditForm
          webhook={webhook}
          onClose={close}
          onChanged={(changed) => {
            queries.setQueryData(webhookKey(webhook.id), changed)
            close()
          }}
        />
      )}
      {dialog === 'rotate' && (
        <RotateSecretForm
          webhook={webhook}
          onClose={close}
          onMade={(made) => {
            setDialog(made)
            void reread()
          }}
        />
      )}
      {dialog !== null && typeof dialog === 'object' && (
        <SecretShown webhook={dialog} title="The secret is replaced" onClose={close} />
      )}
    </>
  )
}

function WebhookSkeleton() {
  return (
    <div aria-busy="true">
      <Skeleton height={30} width="min(30rem, 90%)" mb="md" />
      <Skeleton height={150} mb="md" radius="md" />
      <Skeleton height={260} radius="md" />
    </div>
  )
}
