import type { Upload, UploadApi } from './api'
import { statusOf, TransferError } from './errors'
import { PartAddresses } from './part-addresses'
import { putBlob } from './put'
import type { FileFingerprint, ResumeStore } from './resume-store'
import { type RetryPolicy, withRetry } from './retry'
import { type UploadSettings, videoChange } from './settings'
import type { Slots } from './slots'

/** What a file goes through; `offline` when the browser says that there is no network. */
export type UploadPhase = 'offline' | 'uploading' | 'finishing' | 'done'

export interface FileUploadEvents {
  onProgress(bytes: number): void
  onPhase(phase: UploadPhase): void
  /** Bytes that storage already held when the upload was taken up again. */
  onResumed(bytes: number): void
}

export interface FileUploadOptions {
  api: UploadApi
  slots: Slots
  resumeStore: ResumeStore
  retry: RetryPolicy
  /** Milliseconds; see PutRequest. */
  stallTimeout: number
  /** What is wanted of it by now; it may change until the last byte has arrived. */
  settings: () => UploadSettings
}

export interface FinishedUpload {
  videoId: string
  jobId: string
}

/**
 * Brings one file to storage and starts its job. `run` may be called again after it was interrupted
 * or failed, also in another page load: it asks the server what is stored, and sends the rest.
 */
export class FileUpload {
  readonly #fingerprint: FileFingerprint
  #uploadId: string | null
  #phase: UploadPhase = 'uploading'

  constructor(
    private readonly file: File,
    private readonly options: FileUploadOptions,
    private readonly events: FileUploadEvents,
  ) {
    const { name, size, lastModified } = file
    this.#fingerprint = { name, size, lastModified }
    this.#uploadId = options.resumeStore.find(this.#fingerprint)?.uploadId ?? null
  }

  /** @throws TransferError or the API's error when it fails for good; AbortError on `signal`. */
  async run(signal: AbortSignal): Promise<FinishedUpload> {
    const upload = await this.#open(signal)
    if (upload.status === 'pending') {
      this.#enter('uploading')
      if (upload.mode === 'single') await this.#sendWhole(upload, signal)
      else await this.#sendParts(upload, signal)
    }
    this.events.onProgress(this.file.size)
    this.#enter('finishing')
    return await this.#finish(upload.id, signal)
  }

  /** Forgets the upload and tells the server to throw away what it holds of it. */
  async discard(): Promise<void> {
    this.options.resumeStore.remove(this.#fingerprint)
    if (this.#uploadId) await this.options.api.abort(this.#uploadId)
  }

  async #open(signal: AbortSignal): Promise<Upload> {
    const stored = await this.#findStored(signal)
    if (stored) return stored
    const { name, size, type } = this.file
    const created = await this.#try(
      () =>
        this.options.api.create({ filename: name, size, content_type: type || undefined }, signal),
      signal,
    )
    this.#uploadId = created.id
    this.#remember(0)
    return created
  }

  /** The upload of an earlier run, if the server still holds it and it is of this file. */
  async #findStored(signal: AbortSignal): Promise<Upload | null> {
    const id = this.#uploadId
    if (!id) return null
    try {
      const upload = await this.#try(() => this.options.api.get(id, signal), signal)
      const usable = upload.status === 'pending' || upload.status === 'completed'
      return usable && upload.size === this.file.size ? upload : null
    } catch (error) {
      if (statusOf(error) === 404) return null
      throw error
    }
  }

  async #sendWhole(upload: Upload, signal: AbortSignal): Promise<void> {
    let target: Upload | null = upload
    const send = async () => {
      target ??= await this.options.api.get(upload.id, signal)
      const { url, headers } = target
      if (!url)
        throw new TransferError(409, 'The upload is no longer open. Press retry to begin again.')
      // The next attempt asks for a fresh address: this one may have run out.
      target = null
      await this.#put(url, this.file, headers ?? {}, this.events.onProgress, signal)
    }
    await this.options.slots.run(() => this.#try(send, signal), signal)
  }

  async #sendParts(upload: Upload, signal: AbortSignal): Promise<void> {
    const partSize = upload.part_size
    if (!partSize) throw new TransferError(500, 'The server stated no part size.')
    const count = Math.ceil(this.file.size / partSize)
    const sent = new Map<number, number>(upload.parts?.map((part) => [part.number, part.size]))
    const missing = Array.from({ length: count }, (_, index) => index + 1).filter(
      (n) => !sent.has(n),
    )
    // Whole parts alone outlive a reload.
    let stored = total(sent)
    const report = () => this.events.onProgress(total(sent))
    report()
    if (stored > 0) this.events.onResumed(stored)

    const addresses = new PartAddresses(this.options.api, upload.id, missing)
    // One part that fails for good stops the others at once.
    const failure = new AbortController()
    const either = AbortSignal.any([signal, failure.signal])
    const sendPart = async (number: number) => {
      const body = this.file.slice((number - 1) * partSize, number * partSize)
      const onProgress = (bytes: number) => {
        sent.set(number, bytes)
        report()
      }
      const send = async () => {
        try {
          const url = await addresses.of(number, either)
          await this.#put(url, body, {}, onProgress, either)
        } catch (error) {
          sent.delete(number)
          addresses.forget(number)
          throw error
        }
      }
      await this.options.slots.run(() => this.#try(send, either), either)
      sent.set(number, body.size)
      report()
      stored += body.size
      this.#remember(stored)
    }
    try {
      await Promise.all(missing.map(sendPart))
    } catch (error) {
      failure.abort()
      throw error
    }
  }

  async #finish(id: string, signal: AbortSignal): Promise<FinishedUpload> {
    const { api, resumeStore } = this.options
    const { video_id: videoId } = await this.#try(() => api.complete(id, signal), signal)
    if (!videoId)
      throw new TransferError(500, 'The server completed the upload without naming a video.')
    const settings = this.options.settings()
    const change = videoChange(settings)
    if (change) await this.#try(() => api.describe(videoId, change, signal), signal)
    const wanted = { videoId, preset: settings.preset }
    const job = await this.#try(() => api.startJob(wanted, `upload-${id}`, signal), signal)
    resumeStore.remove(this.#fingerprint)
    this.#enter('done')
    return { videoId, jobId: job.id }
  }

  #put(
    url: string,
    body: Blob,
    headers: Record<string, string>,
    onProgress: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { stallTimeout } = this.options
    return putBlob({ url, body, headers, stallTimeout, onProgress, signal })
  }

  #try<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const onNetworkWait = (waiting: boolean) =>
      this.events.onPhase(waiting ? 'offline' : this.#phase)
    return withRetry(call, { ...this.options.retry, onNetworkWait }, signal)
  }

  #enter(phase: UploadPhase): void {
    this.#phase = phase
    this.events.onPhase(phase)
  }

  #remember(bytesUploaded: number): void {
    const uploadId = this.#uploadId
    if (!uploadId) return
    this.options.resumeStore.save({
      ...this.#fingerprint,
      uploadId,
      bytesUploaded,
      savedAt: Date.now(),
      settings: this.options.settings(),
    })
  }
}

function total(sizes: Map<number, number>): number {
  return [...sizes.values()].reduce((sum, size) => sum + size, 0)
}
