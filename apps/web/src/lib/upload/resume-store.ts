/** What identifies a file that the person picks again after the page was reloaded. */
export interface FileFingerprint {
  name: string
  /** Bytes. */
  size: number
  /** Milliseconds since 1970, as the file system tells. */
  lastModified: number
}

/** An upload that was begun in this browser and not finished. */
export interface ResumableUpload extends FileFingerprint {
  uploadId: string
  bytesUploaded: number
  /** Milliseconds since 1970. */
  savedAt: number
  /** What was wanted of it; see `readSettings`. */
  settings?: unknown
}

/** Uploads that the server has discarded by now are not offered any more. */
const MAX_AGE_MS = 24 * 3600 * 1000

/**
 * Remembers unfinished uploads in the browser's storage, for one person: on a shared computer nobody
 * is offered the files of another. Works, without remembering, where storage is full or forbidden.
 */
export class ResumeStore {
  readonly #prefix: string

  constructor(
    private readonly storage: Storage,
    userId: string,
  ) {
    this.#prefix = `vidmill:upload:${userId}:`
  }

  find(file: FileFingerprint): ResumableUpload | null {
    return this.#read(this.#key(file))
  }

  save(upload: ResumableUpload): void {
    try {
      this.storage.setItem(this.#key(upload), JSON.stringify(upload))
    } catch {
      // Without it the upload still works; only a reload would begin again.
    }
  }

  remove(file: FileFingerprint): void {
    this.storage.removeItem(this.#key(file))
  }

  /** Newest first; drops what is too old to be continued. */
  list(): ResumableUpload[] {
    const keys = Array.from({ length: this.storage.length }, (_, index) => this.storage.key(index))
    const found: ResumableUpload[] = []
    for (const key of keys) {
      if (!key?.startsWith(this.#prefix)) continue
      const upload = this.#read(key)
      if (upload) found.push(upload)
      else this.storage.removeItem(key)
    }
    return found.sort((a, b) => b.savedAt - a.savedAt)
  }

  #key(file: FileFingerprint): string {
    return `${this.#prefix}${file.name}:${file.size}:${file.lastModified}`
  }

  #read(key: string): ResumableUpload | null {
    try {
      const upload: unknown = JSON.parse(this.storage.getItem(key) ?? 'null')
      return isResumable(upload) && upload.savedAt > Date.now() - MAX_AGE_MS ? upload : null
    } catch {
      return null
    }
  }
}

function isResumable(value: unknown): value is ResumableUpload {
  const upload = value as ResumableUpload | null
  return typeof upload?.uploadId === 'string' && typeof upload.savedAt === 'number'
}
