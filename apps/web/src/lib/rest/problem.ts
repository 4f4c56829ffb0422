/** One field of a refused body. */
export interface FieldError {
  field?: string
  detail?: string
  [key: string]: unknown
}

/**
 * An answer of the API that is no success. `message` is its `detail`: a sentence for people that says
 * what to do. `code` is stable and meant for programs. Status 0: no answer came at all.
 */
export class ApiError extends Error {
  override name = 'ApiError'

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly errors: FieldError[] = [],
    /** Milliseconds to wait before the call is repeated, where the server said so. */
    readonly retryAfter: number | null = null,
  ) {
    super(message)
  }
}

/** Reads an RFC 9457 body; whatever else stands between us and the API may answer HTML. */
export async function problemOf(response: Response): Promise<ApiError> {
  const seconds = Number.parseInt(response.headers.get('Retry-After') ?? '', 10)
  const retryAfter = seconds >= 0 ? seconds * 1000 : null
  try {
    const body = await response.json()
    const { code, detail, title, errors } = body
    return new ApiError(
      response.status,
      typeof code === 'string' ? code : 'unknown',
      detail || title || `The server answered ${response.status}.`,
      Array.isArray(errors) ? errors : [],
      retryAfter,
    )
  } catch {
    return new ApiError(
      response.status,
      'unknown',
      `The server answered ${response.status}. Try again.`,
      [],
      retryAfter,
    )
  }
}

/** What a failed `fetch` means to the person in front of it. */
export function unreachable(): ApiError {
  return new ApiError(
    0,
    'unreachable',
    'The server could not be reached. Check the network and try again.',
  )
}

export function isUnauthorized(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401
}

/** What is wrong with a request stays wrong; what is wrong with the line or the server may pass. */
export function mayPass(error: Error): boolean {
  const status = error instanceof ApiError ? error.status : 0
  return status === 0 || status >= 500
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
