'use client'

import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { isUnauthorized, mayPass } from '@/lib/rest/problem'
import { fetchSessionUser, type SessionUser } from '@/lib/rest/session'
import { useServices } from './services'

/** Who comes back to the page after this long is asked for again. */
const STALE_MS = 5 * 60_000

/** Milliseconds before each further attempt. */
const RETRIES_MS = [1_000, 2_000, 4_000]

export interface Session {
  /** The person who is signed in; undefined while that is not known, null when nobody is. */
  data: SessionUser | null | undefined
  isPending: boolean
  error: Error | null
  refetch: () => Promise<void>
}

const SessionContext = createContext<Session | null>(null)

type State = Pick<Session, 'data' | 'error'>

interface SessionProviderProps {
  /** Who is signed in, as the server has found; undefined where it could not. */
  visitor: SessionUser | null | undefined
  children: ReactNode
}

/**
 * Knows who is signed in, for everything below, and asks where the server could not tell. It is the
 * one read of the public pages, which need no store of answers for it.
 */
export function SessionProvider({ visitor, children }: SessionProviderProps) {
  const { rest } = useServices()
  const [state, setState] = useState<State>({ data: visitor, error: null })
  const [hadSession] = useState(visitor !== null)
  const asked = useRef(visitor === undefined ? 0 : Date.now())
  const refetch = useCallback(async () => {
    // A refused question would stand in the browser's console as an error of every public page.
    if (!hadSession) return
    asked.current = Date.now()
    const answer = await patiently(() => fetchSessionUser(rest))
    setState((known) => ({ data: known.data, error: null, ...answer }))
  }, [rest, hadSession])

  useEffect(() => {
    const comeBack = () => {
      const stale = Date.now() - asked.current > STALE_MS
      if (document.visibilityState === 'visible' && stale) void refetch()
    }
    if (asked.current === 0) void refetch()
    document.addEventListener('visibilitychange', comeBack)
    return () => document.removeEventListener('visibilitychange', comeBack)
  }, [refetch])

  const session = useMemo(
    () => ({ ...state, isPending: state.data === undefined && !state.error, refetch }),
    [state, refetch],
  )
  return <SessionContext value={session}>{children}</SessionContext>
}

/** Who is signed in, as far as that is known. */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (!session) throw new Error('useSession needs a SessionProvider above it')
  return session
}

/** What is to be remembered: a server that does not answer says nothing of who is signed in. */
async function patiently(
  ask: () => Promise<SessionUser>,
): Promise<{ data: SessionUser | null } | { error: Error }> {
  for (let failures = 0; ; failures += 1) {
    try {
      return { data: await ask() }
    } catch (failure) {
      if (isUnauthorized(failure)) return { data: null }
      const error = failure instanceof Error ? failure : new Error(String(failure))
      const pause = RETRIES_MS[failures]
      if (pause === undefined || !mayPass(error)) return { error }
      await new Promise((done) => setTimeout(done, pause))
    }
  }
}
