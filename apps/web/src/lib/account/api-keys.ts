import type { components } from '@/generated/rest'
import { bodyOf, type RestClient } from '@/lib/rest/client'

export type ApiKey = components['schemas']['ApiKeyView']
export type NewApiKey = components['schemas']['NewApiKey']
export type KeyWish = components['schemas']['CreateApiKey']
export type Scope = components['schemas']['Scope']

export interface ApiKeys {
  /** The newest first. */
  keys: ApiKey[]
  /** How many there are, also of those that are not in `keys`. */
  total: number
}

/** At most 500 keys; `all`: those that have ended, too. */
export async function fetchApiKeys(
  rest: RestClient,
  all: boolean,
  signal: AbortSignal,
): Promise<ApiKeys> {
  const query = { limit: 500, ...(all ? {} : { active: true }) }
  const { items, total } = bodyOf(await rest.GET('/api/v1/api-keys', { params: { query }, signal }))
  return { keys: items, total }
}

/** The answer alone has the key itself. */
export async function createApiKey(rest: RestClient, wish: KeyWish): Promise<NewApiKey> {
  return bodyOf(await rest.POST('/api/v1/api-keys', { body: wish }))
}

/** Makes a key with the same rights; the old one goes on for `overlapSeconds`. */
export async function rotateApiKey(
  rest: RestClient,
  id: string,
  overlapSeconds: number,
): Promise<NewApiKey> {
  return bodyOf(
    await rest.POST('/api/v1/api-keys/{key_id}/rotate', {
      params: { path: { key_id: id } },
      body: { overlap_seconds: overlapSeconds },
    }),
  )
}

export async function revokeApiKey(rest: RestClient, id: string): Promise<void> {
  await rest.DELETE('/api/v1/api-keys/{key_id}', { params: { path: { key_id: id } } })
}

export type KeyState = 'active' | 'replaced' | 'expired' | 'revoked'

/** `replaced`: works for a while beside the key that takes its place. */
export function keyState(key: ApiKey, now: number): KeyState {
  if (key.revoked_at) return 'revoked'
  if (key.expires_at && Date.parse(key.expires_at) <= now) return 'expired'
  return key.rotated_to ? 'replaced' : 'active'
}

/** What a key is good for, in words. */
export function scopesText(scopes: Scope[]): string {
  const words = [scopes.includes('write') ? 'Reads and writes' : 'Reads']
  if (scopes.includes('admin')) words.push('administers')
  return words.join(', ')
}
