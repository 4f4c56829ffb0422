'use client'

import { MessagePage } from '@/components/ui/message-page'

export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string }
  reset: () => void
}) {
  return (
    <MessagePage title="This page failed" action={{ onClick: reset, label: 'Try again' }}>
      The fault is ours. Try again; if it stays, tell the operator what you did
      {error.digest ? ` and this number: ${error.digest}` : ''}.
    </MessagePage>
  )
}
