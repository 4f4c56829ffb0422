import { print } from '@0no-co/graphql.web'
import type { TadaDocumentNode } from 'gql.tada'
import { ApiError, unreachable } from '@/lib/rest/problem'

interface GraphQLAnswer<T> {
  data?: T | null
  errors?: { message: string; extensions?: { code?: string } }[]
}

/** Runs queries against the GraphQL service with the session cookie. */
export class GraphQLClient {
  /** `headers` go with every query; a browser needs none. */
  constructor(
    private readonly url: string,
    private readonly headers: Record<string, string> = {},
  ) {}

  /** @throws ApiError when no answer came, it was no success, or it carries errors. */
  async query<Result, Variables>(
    document: TadaDocumentNode<Result, Variables>,
    variables: Variables,
    signal?: AbortSignal,
  ): Promise<Result> {
    const body = JSON.stringify({ query: print(document), variables })
    const response = await this.#send(body, signal)
    const answer = await readAnswer<Result>(response)
    const [error] = answer.errors ?? []
    if (error)
      throw new ApiError(response.status, error.extensions?.code ?? 'unknown', error.message)
    if (!answer.data) {
      throw new ApiError(response.status, 'unknown', 'The server sent no data. Try again.')
    }
    return answer.data
  }

  async #send(body: string, signal: AbortSignal | undefined): Promise<Response> {
    try {
      return await fetch(`${this.url}/query`, {
        method: 'POST',
        credentials: 'include',
        headers: {
          ...this.headers,
          'Content-Type': 'application/json',
          Accept: 'application/json',
        },
        body,
        signal,
      })
    } catch (error) {
      throw signal?.aborted ? error : unreachable()
    }
  }
}

/** A refusal has the form of an answer too; what stands before the service may answer anything. */
async function readAnswer<T>(response: Response): Promise<GraphQLAnswer<T>> {
  try {
    return (await response.json()) as GraphQLAnswer<T>
  } catch {
    throw new ApiError(
      response.status,
      'unknown',
      `The server answered ${response.status}. Try again.`,
    )
  }
}
