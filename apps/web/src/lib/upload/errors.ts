/** A request that failed. `status` 0 means that no answer came: network, CORS, or a stalled line. */
export class TransferError extends Error {
  override name = 'TransferError'

  constructor(
    readonly status: number,
    message: string,
    /** The storage's or the API's own code, such as `NoSuchUpload`. */
    readonly code: string | null = null,
  ) {
    super(message)
  }
}

export function abortError(): DOMException {
  return new DOMException('The upload was interrupted.', 'AbortError')
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}

/** HTTP status of an error that carries one, else 0. */
export function statusOf(error: unknown): number {
  const status = (error as { status?: unknown } | null)?.status
  return typeof status === 'number' ? status : 0
}

/** Milliseconds to wait that a refusal for too many requests (429) names; else null. */
export function limitedFor(error: unknown): number | null {
  const { retryAfter } = (error ?? {}) as { retryAfter?: unknown }
  return statusOf(error) === 429 && typeof retryAfter === 'number' ? retryAfter : null
}

/** Each of the codes an S3 store gives to a refused PUT, as one sentence with a remedy. */
const STORAGE_ADVICE: Record<string, string> = {
  AccessDenied:
    'The storage refused the upload: its permission had run out. Press retry to get a new one.',
  RequestTimeTooSkewed: "This device's clock is wrong by minutes. Set it right, then press retry.",
  ExpiredToken: 'The permission to upload had run out. Press retry to get a new one.',
  NoSuchUpload: 'The server no longer holds this upload. Press retry to send the file again.',
  EntityTooLarge:
    'The file is larger than the storage accepts. Make it smaller, or ask the operator.',
  QuotaExceeded: 'The storage is full. Ask the operator to free some space, then press retry.',
  SlowDown: 'The storage is busy. Wait a minute, then press retry.',
  ServiceUnavailable: 'The storage is busy. Wait a minute, then press retry.',
  InternalError: 'The storage had a fault of its own. Press retry.',
}

/** Makes an error of an S3 reply, whose body is XML with a `Code` and a `Message`. */
export function storageError(status: number, body: string): TransferError {
  const code = /<Code>([^<]{1,100})<\/Code>/.exec(body)?.[1] ?? null
  const known = code ? STORAGE_ADVICE[code] : undefined
  const detail = /<Message>([^<]{1,300})<\/Message>/.exec(body)?.[1]
  const message =
    known ?? `The storage answered ${status}${detail ? ` (${detail})` : ''}. Press retry.`
  return new TransferError(status, message, code)
}
