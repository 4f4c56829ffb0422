import { abortError, storageError, TransferError } from './errors'

export interface PutRequest {
  url: string
  body: Blob
  headers: Record<string, string>
  /** Milliseconds without a byte sent or an answer, after which the line counts as dead. */
  stallTimeout: number
  /** Told the bytes of `body` sent so far. */
  onProgress: (bytes: number) => void
  signal: AbortSignal
}

/**
 * PUTs a blob to a presigned address. XMLHttpRequest, because fetch tells nothing of what was sent.
 *
 * @throws TransferError for any answer but 2xx, and with status 0 when none came;
 *   an AbortError when `signal` fires.
 */
export function putBlob(request: PutRequest): Promise<void> {
  const { signal, stallTimeout } = request
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortError())
    const xhr = new XMLHttpRequest()
    let stallTimer: ReturnType<typeof setTimeout> | undefined

    const settle = (finish: () => void) => {
      clearTimeout(stallTimer)
      signal.removeEventListener('abort', interrupt)
      finish()
    }
    const restartStallTimer = () => {
      clearTimeout(stallTimer)
      stallTimer = setTimeout(() => {
        settle(() =>
          reject(
            new TransferError(0, 'The connection to the storage stopped moving. Press retry.'),
          ),
        )
        xhr.abort()
      }, stallTimeout)
    }
    const interrupt = () => {
      settle(() => reject(abortError()))
      xhr.abort()
    }

    xhr.upload.onprogress = (event) => {
      restartStallTimer()
      request.onProgress(event.loaded)
    }
    xhr.onload = () =>
      settle(() => {
        if (xhr.status >= 200 && xhr.status < 300) resolve()
        else reject(storageError(xhr.status, xhr.responseText))
      })
    xhr.onerror = () =>
      settle(() =>
        reject(
          new TransferError(
            0,
            'The storage could not be reached. Check the network, then press retry.',
          ),
        ),
      )

    signal.addEventListener('abort', interrupt, { once: true })
    xhr.open('PUT', request.url)
    for (const [name, value] of Object.entries(request.headers)) {
      // The browser sets these itself from the body and the address, and forbids scripts to.
      if (!/^(host|content-length)$/i.test(name)) xhr.setRequestHeader(name, value)
    }
    restartStallTimer()
    xhr.send(request.body)
  })
}
