'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { usePathname, useRouter } from 'next/navigation'
import { useCallback, useEffect } from 'react'
import { isUnauthorized } from '@/lib/rest/problem'
import { fetchSessionUser, signInPath, signOut } from '@/lib/rest/session'
import { useServices } from './services'

const SESSION_KEY = ['session']

/** The person who is signed in; undefined while that is not known, null when nobody is. */
export function useSession() {
  const { rest, hasSession } = useServices()
  return useQuery({
    queryKey: SESSION_KEY,
    // A refused question would stand in the browser's console as an error of every public page.
    queryFn: () => (hasSession ? fetchSessionUser(rest) : null),
    staleTime: 5 * 60_000,
  })
}

/** Sends whoever is not signed in to the sign-in page, and from there back to this one. */
export function useRequiredSession() {
  const session = useSession()
  const user = session.data ?? undefined
  const router = useRouter()
  const pathname = usePathname()
  const missing = session.data === null || isUnauthorized(session.error)
  useEffect(() => {
    if (!missing) return
    router.replace(signInPath(`${pathname}${window.location.search}`))
  }, [missing, pathname, router])
  return { user, failure: missing ? null : session.error, retry: session.refetch }
}

/** A read that answers 401 means that the session ran out: then ask again who is signed in. */
export function useSessionExpiry(error: unknown): void {
  const queries = useQueryClient()
  const expired = isUnauthorized(error)
  useEffect(() => {
    if (expired) void queries.resetQueries({ queryKey: SESSION_KEY })
  }, [expired, queries])
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
