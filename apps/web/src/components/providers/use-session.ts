'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { usePathname, useRouter } from 'next/navigation'
import { useCallback, useEffect } from 'react'
import { isUnauthorized } from '@/lib/rest/problem'
import { fetchSessionUser, signOut } from '@/lib/rest/session'
import { useServices } from './services'

const SESSION_KEY = ['session']

/** The person who is signed in; undefined while that is not known, or when nobody is. */
export function useSession() {
  const { rest } = useServices()
  return useQuery({
    queryKey: SESSION_KEY,
    queryFn: () => fetchSessionUser(rest),
    staleTime: 5 * 60_000,
  })
}

/** Sends whoever is not signed in to the sign-in page, and from there back to this one. */
export function useRequiredSession() {
  const session = useSession()
  const router = useRouter()
  const pathname = usePathname()
  const missing = isUnauthorized(session.error)
  useEffect(() => {
    if (!missing) return
    const here = `${pathname}${window.location.search}`
    router.replace(here === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(here)}`)
  }, [missing, pathname, router])
  return { user: session.data, failure: missing ? null : session.error, retry: session.refetch }
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
