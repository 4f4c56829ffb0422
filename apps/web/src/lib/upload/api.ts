import type { Visibility } from './settings'

/** A part that storage already holds. Numbers start at 1; sizes are bytes. */
export interface StoredPart {
  number: number
  etag: string
  size: number
}

/**
 * An upload as the server describes it, in the words of the REST API. The server owns it: it chose
 * the key, the mode and the part size, and it alone completes or aborts it.
 */
export interface Upload {
  id: string
  status: 'pending' | 'completed' | 'aborted' | 'expired'
  mode: 'single' | 'multipart'
  /** Bytes of the whole file; null for an address that was asked for without stating them. */
  size: number | null
  /** Bytes of each part but the last; only for multipart. */
  part_size?: number | null
  /** Where to PUT the whole file; only for a pending single upload. */
  url?: string | null
  /** What that PUT must carry, exactly. */
  headers?: Record<string, string> | null
  parts?: StoredPart[]
  /** Set once the upload is completed. */
  video_id?: string | null
}

export interface SignedParts {
  urls: { number: number; url: string }[]
  /** RFC 3339; the addresses answer 403 from then on. */
  expires_at: string
}

export interface NewUpload {
  filename: string
  size: number
  content_type?: string
}

/** The server's half of an upload. Every method rejects with an error that carries `status`. */
export interface UploadApi {
  create(file: NewUpload, signal: AbortSignal): Promise<Upload>
  /** The upload with the parts that are stored; a pending single one gets a fresh address. */
  get(id: string, signal: AbortSignal): Promise<Upload>
  /** At most 100 numbers in a call. */
  signParts(id: string, numbers: number[], signal: AbortSignal): Promise<SignedParts>
  /** Gives the same answer when called again. */
  complete(id: string, signal: AbortSignal): Promise<Upload>
  abort(id: string): Promise<void>
  /** Says something else of the video than what the server made up. */
  describe(
    videoId: string,
    change: { title?: string; visibility?: Visibility },
    signal: AbortSignal,
  ): Promise<void>
  /** Starts the transcode; the same key never starts a second one. */
  startJob(
    job: { videoId: string; preset: string },
    idempotencyKey: string,
    signal: AbortSignal,
  ): Promise<{ id: string }>
}
