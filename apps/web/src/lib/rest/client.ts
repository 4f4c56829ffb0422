import createClient, { type Client } from 'openapi-fetch'
import type { paths } from '@/generated/rest'
import { problemOf, unreachable } from './problem'

export type RestClient = Client<paths>

/**
 * A client of the REST API. It carries the session cookie, and every call that does not succeed
 * throws an ApiError, so that a result always has `data`.
 */
export function createRestClient(apiUrl: string): RestClient {
  const client = createClient<paths>({ baseUrl: apiUrl, credentials: 'include' })
  client.use({
    async onResponse({ response }) {
      if (!response.ok) throw await problemOf(response)
    },
    onError({ error }) {
      // An interrupted call stays recognisable; all else means that no answer came.
      return error instanceof DOMException && error.name === 'AbortError' ? error : unreachable()
    },
  })
  return client
}

/** The body of a successful answer; an empty one where the API promised one is a fault of the API. */
export function bodyOf<T>(result: { data?: T }): T {
  if (result.data === undefined) throw new Error('The server sent an empty answer.')
  return result.data
}
