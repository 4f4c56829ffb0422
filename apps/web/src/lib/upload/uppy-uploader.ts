import {
  BasePlugin,
  type DefinePluginOpts,
  type PluginOpts,
  type Uppy,
  type UppyFile,
} from '@uppy/core'
import type { UploadApi } from './api'
import { FileUpload, type FinishedUpload, type UploadPhase } from './file-upload'
import type { ResumeStore } from './resume-store'
import { type UploadSettings, USUAL_SETTINGS } from './settings'
import { Slots } from './slots'
import { TransferRate } from './transfer-rate'
import { UploadRun } from './upload-run'

/** What a file carries besides Uppy's own fields. */
export interface UploadMeta extends Record<string, unknown> {
  phase?: UploadPhase
  /** Null while unknown. */
  bytesPerSecond?: number | null
  secondsLeft?: number | null
  /** Bytes that were stored before this page sent any. */
  resumedBytes?: number
  settings?: UploadSettings
}

export interface UploadBody extends Record<string, unknown>, FinishedUpload {}
export type UploadFile = UppyFile<UploadMeta, UploadBody>
export type UploadUppy = Uppy<UploadMeta, UploadBody>

export interface UploaderOptions extends PluginOpts {
  api: UploadApi
  resumeStore: ResumeStore
  /** Transfers at once, over all files. */
  concurrency?: number
  retries?: number
  /** Milliseconds. */
  retryBaseDelay?: number
  /** Milliseconds. */
  stallTimeout?: number
}

const defaults = { concurrency: 6, retries: 6, retryBaseDelay: 500, stallTimeout: 60_000 }

/** Speed and time left are shown at most this often: figures that change faster cannot be read. */
const RATE_INTERVAL_MS = 500

/**
 * Uppy's uploader for uploads that the server owns. Acts on each file's pause, resume, retry and
 * removal; what is done with the bytes is FileUpload's business.
 */
export class VidmillUploader extends BasePlugin<
  DefinePluginOpts<UploaderOptions, keyof typeof defaults>,
  UploadMeta,
  UploadBody
> {
  readonly #slots: Slots
  /** Files begun and not finished, by id: a failed one stays, for its retry or removal. */
  readonly #runs = new Map<string, UploadRun>()

  constructor(uppy: UploadUppy, options: UploaderOptions) {
    super(uppy, { ...defaults, ...options })
    this.type = 'uploader'
    this.id = 'VidmillUploader'
    this.#slots = new Slots(this.opts.concurrency)
  }

  override install(): void {
    const { capabilities } = this.uppy.getState()
    this.uppy.setState({ capabilities: { ...capabilities, resumableUploads: true } })
    this.uppy.addUploader(this.#uploadAll)
    this.uppy.on('upload-pause', this.#pauseOrResume)
    this.uppy.on('file-removed', this.#remove)
  }

  override uninstall(): void {
    this.uppy.removeUploader(this.#uploadAll)
    this.uppy.off('upload-pause', this.#pauseOrResume)
    this.uppy.off('file-removed', this.#remove)
    for (const run of this.#runs.values()) run.pause()
  }

  #uploadAll = async (ids: string[]): Promise<void> => {
    const files = this.uppy.getFilesByIds(ids).filter((file) => !file.progress.uploadComplete)
    this.uppy.emit('upload-start', files)
    await Promise.all(files.map((file) => this.#runOf(file).start()))
  }

  #pauseOrResume = (file: UploadFile | undefined, paused: boolean): void => {
    const run = file && this.#runs.get(file.id)
    if (paused) run?.pause()
    else run?.resume()
  }

  #remove = (file: UploadFile): void => {
    const run = this.#runs.get(file.id)
    this.#runs.delete(file.id)
    // The server discards abandoned uploads by itself after a day; nobody need be told.
    run?.remove().catch((error) => this.uppy.log(error, 'warning'))
  }

  #runOf(file: UploadFile): UploadRun {
    const existing = this.#runs.get(file.id)
    if (existing) return existing
    const run = new UploadRun(
      this.#fileUpload(file),
      (result) => {
        this.#runs.delete(file.id)
        const body = { ...result }
        const current = this.uppy.getFile(file.id)
        this.uppy.emit('upload-success', current, { status: 200, body, uploadURL: result.jobId })
      },
      (error) => this.uppy.emit('upload-error', this.uppy.getFile(file.id), error),
    )
    this.#runs.set(file.id, run)
    return run
  }

  #fileUpload(file: UploadFile): FileUpload {
    const { api, resumeStore, retries, retryBaseDelay, stallTimeout } = this.opts
    const retry = { retries, baseDelay: retryBaseDelay, maxDelay: 30_000 }
    const data = file.data as File
    const rate = new TransferRate()
    let shownAt = 0
    return new FileUpload(
      data,
      {
        api,
        resumeStore,
        slots: this.#slots,
        stallTimeout,
        retry,
        settings: () => this.uppy.getFile(file.id)?.meta.settings ?? USUAL_SETTINGS,
      },
      {
        onProgress: (bytes) => {
          const now = Date.now()
          rate.add(bytes, now)
          this.#showProgress(file.id, bytes, data.size)
          if (now - shownAt < RATE_INTERVAL_MS) return
          shownAt = now
          const bytesPerSecond = rate.bytesPerSecond
          this.#setMeta(file.id, { bytesPerSecond, secondsLeft: rate.secondsLeft(data.size) })
        },
        onPhase: (phase) => {
          rate.reset()
          this.#setMeta(file.id, { phase, bytesPerSecond: null, secondsLeft: null })
        },
        onResumed: (resumedBytes) => this.#setMeta(file.id, { resumedBytes }),
      },
    )
  }

  #showProgress(id: string, bytesUploaded: number, bytesTotal: number): void {
    // A removed file may report a last time while its requests unwind.
    const file = this.uppy.getFile(id)
    if (!file) return
    const uploadStarted = file.progress.uploadStarted ?? Date.now()
    this.uppy.emit('upload-progress', file, { uploadStarted, bytesUploaded, bytesTotal })
  }

  #setMeta(id: string, meta: UploadMeta): void {
    if (this.uppy.getFile(id)) this.uppy.setFileMeta(id, meta)
  }
}
