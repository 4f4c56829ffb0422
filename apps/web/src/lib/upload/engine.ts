import { Uppy } from '@uppy/core'
import type { InputLimits } from '@/lib/config'
import { rejectionReason } from './acceptance'
import type { UploadApi } from './api'
import { type ResumableUpload, ResumeStore } from './resume-store'
import { readSettings, type UploadSettings, USUAL_SETTINGS } from './settings'
import { toUploadItem, type UploadItem } from './upload-item'
import {
  type UploadBody,
  type UploaderOptions,
  type UploadFile,
  type UploadMeta,
  VidmillUploader,
} from './uppy-uploader'

/** What Uppy would write to the console, the list shows to the person it concerns. */
const SILENT = { debug: () => {}, warn: () => {}, error: () => {} }

/** Uppy looks 3 s after its start whether it is online, even when destroyed by then, for a message we don't show. */
class HeadlessUppy extends Uppy<UploadMeta, UploadBody> {
  override updateOnlineStatus(): void {}
}

export interface EngineOptions extends Partial<UploaderOptions> {
  api: UploadApi
  limits: InputLimits
  /** Whose uploads these are. */
  userId: string
  storage: Storage
}

/**
 * Everything a page needs to upload files, without any user interface: a list of items that can be
 * subscribed to, and a verb for each button.
 */
export class UploadEngine {
  readonly #uppy: HeadlessUppy
  readonly #api: UploadApi
  readonly #limits: InputLimits
  readonly #resumeStore: ResumeStore
  #items: UploadItem[] = []

  constructor({ limits, userId, storage, ...uploader }: EngineOptions) {
    this.#api = uploader.api
    this.#limits = limits
    this.#resumeStore = new ResumeStore(storage, userId)
    this.#uppy = new HeadlessUppy({ id: 'vidmill', logger: SILENT })
    this.#uppy.use(VidmillUploader, { ...uploader, resumeStore: this.#resumeStore })
  }

  /** Calls `listener` after every change; returns the function that ends it. */
  subscribe = (listener: () => void): (() => void) => {
    const update = () => {
      this.#items = this.#uppy.getFiles().map(toUploadItem)
      listener()
    }
    this.#uppy.on('state-update', update)
    return () => void this.#uppy.off('state-update', update)
  }

  /** The same array until something changes. */
  getItems = (): UploadItem[] => this.#items

  /** Uploads begun in an earlier page load that no file in the list continues. */
  listResumable(): ResumableUpload[] {
    const active = this.#uppy.getFiles().map((file) => file.data as File)
    const isActive = (upload: ResumableUpload) =>
      active.some(({ name, size, lastModified }) => {
        return name === upload.name && size === upload.size && lastModified === upload.lastModified
      })
    return this.#resumeStore.list().filter((upload) => !isActive(upload))
  }

  /** Stops offering an upload, and has the server throw away what it holds of it. */
  async forget(upload: ResumableUpload): Promise<void> {
    this.#resumeStore.remove(upload)
    await this.#api.abort(upload.uploadId)
  }

  /**
   * Starts every file that can be taken; returns a sentence for each that cannot. One that goes on
   * from an earlier visit keeps what was wanted of it then.
   */
  add(files: File[], settings: UploadSettings = USUAL_SETTINGS): string[] {
    const rejections: string[] = []
    for (const file of files) {
      const reason = rejectionReason(file, this.#limits) ?? this.#tryAdd(file, settings)
      if (reason) rejections.push(reason)
    }
    return rejections
  }

  /** Whether an upload of this file was begun on an earlier visit. */
  isResumable(file: File): boolean {
    return this.#resumeStore.find(file) !== null
  }

  /** The file itself, for a picture of it. */
  fileOf(id: string): File | null {
    const data = this.#file(id)?.data
    return data instanceof File ? data : null
  }

  /** Changes what is wanted of an upload, until its last byte has arrived. */
  describe(id: string, change: Partial<UploadSettings>): void {
    const file = this.#file(id)
    if (!file || !toUploadItem(file).canDescribe) return
    const settings = { ...(file.meta.settings ?? USUAL_SETTINGS), ...change }
    this.#uppy.setFileMeta(id, { settings })
    const stored = this.#resumeStore.find(file.data as File)
    if (stored) this.#resumeStore.save({ ...stored, settings })
  }

  pause(id: string): void {
    if (!this.#file(id)?.isPaused) this.#uppy.pauseResume(id)
  }

  resume(id: string): void {
    if (this.#file(id)?.isPaused) this.#uppy.pauseResume(id)
  }

  retry(id: string): void {
    if (this.#file(id)?.error) this.#start(id)
  }

  remove(id: string): void {
    this.#uppy.removeFile(id)
  }

  pauseAll(): void {
    for (const item of this.#current()) if (item.canPause) this.pause(item.id)
  }

  /** Also retries what failed: after an outage one press should set everything going. */
  resumeAll(): void {
    for (const item of this.#current()) {
      if (item.state === 'paused') this.resume(item.id)
      if (item.state === 'failed') this.retry(item.id)
    }
  }

  clearFinished(): void {
    for (const item of this.#current()) if (item.state === 'done') this.remove(item.id)
  }

  removeAll(): void {
    for (const item of this.#current()) this.remove(item.id)
  }

  /** Interrupts everything; what was sent stays on the server, to be continued later. */
  destroy(): void {
    // Uppy removes every file when it is destroyed, which an installed uploader takes for the wish
    // to throw the uploads away.
    const uploader = this.#uppy.getPlugin('VidmillUploader')
    if (uploader) this.#uppy.removePlugin(uploader)
    this.#uppy.destroy()
  }

  #tryAdd(file: File, wanted: UploadSettings): string | null {
    try {
      const id = this.#uppy.addFile(file)
      const stored = this.#resumeStore.find(file)?.settings
      this.#uppy.setFileMeta(id, { settings: stored ? readSettings(stored) : wanted })
      this.#start(id)
      return null
    } catch {
      // The one reason left: Uppy refuses a file of the same name, type, size and time.
      return `“${file.name}” is in the list already.`
    }
  }

  /**
   * Each file is a batch of its own. `uppy.upload()` would first retry every failed file, and hold
   * back the new ones until that is through; `retryUpload` starts just the file it names.
   */
  #start(id: string): void {
    this.#uppy.retryUpload(id).catch((error) => this.#uppy.log(error, 'error'))
  }

  #file(id: string): UploadFile | undefined {
    return this.#uppy.getFile(id)
  }

  #current(): UploadItem[] {
    return this.#uppy.getFiles().map(toUploadItem)
  }
}
