'use client'

import { useRouter } from 'next/navigation'
import { startTransition } from 'react'
import { MessagePage } from './message-page'

export interface FailedPageProps {
  error: Error & { digest?: string }
  reset: () => void
}

/** In the place of a page that threw, in the browser or on the web's own server. */
export function FailedPage({ error, reset }: FailedPageProps) {
  const router = useRouter()
  const retry = () =>
    startTransition(() => {
      // What the server made of the page is asked for anew, too.
      router.refresh()
      reset()
    })
  return (
    <>
      {/* What would have named the page may be what failed. */}
      <title>This page failed · Vidmill</title>
      <MessagePage title="This page failed" action={{ onClick: retry, label: 'Try again' }}>
        The fault is ours. Try again; if it stays, tell the operator what you did
        {error.digest ? ` and this number: ${error.digest}` : ''}.
      </MessagePage>
    </>
  )
}
