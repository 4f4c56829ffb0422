import type { Metadata } from 'next'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import { Suspense } from 'react'
import { WebhookPage } from '@/components/webhooks/webhook-page'

export const metadata: Metadata = { title: 'Webhook' }

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return (
    <Suspense>
      <NuqsAdapter>
        <WebhookPage id={id} />
      </NuqsAdapter>
    </Suspense>
  )
}
