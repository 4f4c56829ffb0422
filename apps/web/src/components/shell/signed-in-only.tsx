'use client'

import type { ReactNode } from 'react'
import { useRequiredSession } from '@/components/providers/use-session'
import { ErrorNotice } from '@/components/ui/error-notice'

/** Around pages that are of somebody: everybody else is sent to sign in, and back to here. */
export function SignedInOnly({ children }: { children: ReactNode }) {
  const { user, failure, retry } = useRequiredSession()
  return (
    <>
      {failure && !user && (
        <ErrorNotice title="Vidmill does not answer" error={failure} onRetry={() => void retry()} />
      )}
      {children}
    </>
  )
}
