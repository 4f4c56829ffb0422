import { print } from '@0no-co/graphql.web'
import type { TadaDocumentNode } from 'gql.tada'
import { ApiError, problemOf, unreachable } from '@/lib/rest/problem'

interface GraphQLAnswer<T> {
  data?: T | null
  errors?: { message: string; extensions?: { code?: string } }[]
}

/** Runs queries against the GraphQL service with the session cookie. */
export class GraphQLClient {
  constructor(private readonly url: string) {}

  /** @throws ApiError when no answer came, it was no success, or it carries errors. */
  async query<Result, Variables>(
    document: TadaDocumentNode<Result, Variables>,
    variables: Variables,
    signal?: AbortSignal,
  ): Promise<Result> {
    const body = JSON.stringify({ query: print(document), variables })
    const response = await this.#send(body, signal)
    if (!response.ok) throw await problemOf(response)
    const { data, errors } = (await response.json()) as GraphQLAnswer<Result>
    const [error] = errors ?? []
    if (error) throw graphqlError(error.message, error.extensions?.code)
    if (!data) throw new ApiError(200, 'unknown', 'The server sent an empty answer. Try again.')
    return data
  }

  async #send(body: string, signal: AbortSignal | undefined): Promise<Response> {
    try {
      return await fetch(`${this.url}/query`, {
        method: 'POST',
        credentials: 'include',
        headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
        body,
        signal,
      })
    } catch (error) {
      throw signal?.aborted ? error : unreachable()
    }
  }
}

/** GraphQL answers 200 to what REST would refuse; the code tells them apart. */
function graphqlError(message: string, code = 'unknown'): ApiError {
  const unauthorized = ['unauthenticated', 'unauthorized', 'not_authenticated']
  const status = unauthorized.includes(code.toLowerCase()) ? 401 : 200
  return new ApiError(status, code.toLowerCase(), message)
}
