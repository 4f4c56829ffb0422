import { cookies, headers } from 'next/headers'
import { readServerConfig } from '@/lib/config'
import { SESSION_COOKIE } from '@/lib/rest/session'
import { GraphQLClient } from './client'

/** A page that is late is worse than one that says so. */
const TIMEOUT_MS = 8_000
/** And what the browser can ask for itself is not worth waiting for. */
const SHORT_TIMEOUT_MS = 2_000

export function deadline(): AbortSignal {
  return AbortSignal.timeout(TIMEOUT_MS)
}

export function shortDeadline(): AbortSignal {
  return AbortSignal.timeout(SHORT_TIMEOUT_MS)
}

/**
 * Reads for the web's own server, as anybody: for what everybody may see. The visitor's address goes
 * along, for it is the visitor whom the service limits.
 */
export async function clientOfNobody(): Promise<GraphQLClient> {
  return new GraphQLClient(readServerConfig(process.env).graphqlInternalUrl, await forwarded())
}

/** The same in the name of the visitor; null where none is signed in as far as can be told. */
export async function clientOfVisitor(): Promise<GraphQLClient | null> {
  const session = (await cookies()).get(SESSION_COOKIE)
  if (!session) return null
  return new GraphQLClient(readServerConfig(process.env).graphqlInternalUrl, {
    ...(await forwarded()),
    Cookie: `${SESSION_COOKIE}=${session.value}`,
  })
}

/** An answer that a page is sent with, so that the browser need not ask first. */
export interface FirstAnswer<T> {
  data: T
  /** Milliseconds since 1970. */
  readAt: number
}

/** Reads in the name of the visitor; null for what the browser has to ask for itself. */
export async function firstAnswer<T>(
  read: (client: GraphQLClient, signal: AbortSignal) => Promise<T>,
): Promise<FirstAnswer<T> | null> {
  const client = await clientOfVisitor()
  if (!client) return null
  try {
    return { data: await read(client, shortDeadline()), readAt: Date.now() }
  } catch {
    return null
  }
}

/** The header names one address, of which `believeOnlyProxies` makes sure. */
async function forwarded(): Promise<Record<string, string>> {
  const address = (await headers()).get('x-forwarded-for')
  return address ? { 'X-Forwarded-For': address } : {}
}
