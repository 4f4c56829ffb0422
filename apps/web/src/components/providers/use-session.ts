'use client'

import { usePathname, useRouter } from 'next/navigation'
import { useCallback, useEffect } from 'react'
import { isUnauthorized } from '@/lib/rest/problem'
import { signInPath, signOut } from '@/lib/rest/session'
import { useServices } from './services'
import { useSession } from './session-provider'

/** Sends whoever is not signed in to the sign-in page, and from there back to this one. */
export function useRequiredSession() {
  const session = useSession()
  const user = session.data ?? undefined
  const router = useRouter()
  const pathname = usePathname()
  const missing = session.data === null
  useEffect(() => {
    if (!missing) return
    router.replace(signInPath(`${pathname}${window.location.search}`))
  }, [missing, pathname, router])
  return { user, failure: missing ? null : session.error, retry: session.refetch }
}

/** A read that answers 401 means that the session ran out: then ask again who is signed in. */
export function useSessionExpiry(error: unknown): void {
  const { refetch } = useSession()
  const expired = isUnauthorized(error)
  useEffect(() => {
    if (expired) void refetch()
  }, [expired, refetch])
}

/** Ends the session, and forgets everything that was read under it. */
export function useSignOut(): () => Promise<void> {
  const { rest } = useServices()
  return useCallback(async () => {
    await signOut(rest)
    // A fresh document: no open stream, no upload and no cached answer outlives the session.
    window.location.assign('/sign-in')
  }, [rest])
}
