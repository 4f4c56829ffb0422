import { isAbort } from './errors'
import type { FileUpload, FinishedUpload } from './file-upload'

/** One file on its way: starts, interrupts and takes up again a FileUpload, never two runs at once. */
export class UploadRun {
  #controller = new AbortController()
  #attempt: Promise<void> = Promise.resolve()
  #settle: () => void = () => {}

  constructor(
    private readonly upload: FileUpload,
    private readonly onFinished: (result: FinishedUpload) => void,
    private readonly onFailed: (error: Error) => void,
  ) {}

  /** Resolves when the file has arrived, failed for good or was removed; a pause settles nothing. */
  start(): Promise<void> {
    const settled = new Promise<void>((resolve) => {
      this.#settle = resolve
    })
    this.resume()
    return settled
  }

  pause(): void {
    this.#controller.abort()
  }

  resume(): void {
    this.#controller = new AbortController()
    const { signal } = this.#controller
    this.#attempt = this.#attempt.then(() => this.#run(signal))
  }

  /** Rejects when the server could not be told to throw the upload away. */
  async remove(): Promise<void> {
    this.#controller.abort()
    this.#settle()
    await this.#attempt
    await this.upload.discard()
  }

  async #run(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    try {
      this.onFinished(await this.upload.run(signal))
    } catch (error) {
      // Who interrupted it decides what follows.
      if (isAbort(error)) return
      this.onFailed(error instanceof Error ? error : new Error(String(error)))
    }
    this.#settle()
  }
}
