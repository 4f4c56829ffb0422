import { type UploadSettings, USUAL_SETTINGS } from './settings'
import type { UploadFile } from './uppy-uploader'

/**
 * What a row shows. `waiting` is for a free slot, `offline` for the network, `finishing` for the
 * server to put the parts together.
 */
export type UploadState =
  | 'waiting'
  | 'offline'
  | 'uploading'
  | 'paused'
  | 'finishing'
  | 'done'
  | 'failed'

export interface UploadItem {
  id: string
  name: string
  state: UploadState
  /** Bytes of the file. */
  size: number
  bytesUploaded: number
  /** 0 to 100, rounded down: 100 means that every byte is there. */
  percent: number
  bytesPerSecond: number | null
  secondsLeft: number | null
  /** Percent that storage held when the upload was taken up again, or null. */
  resumedPercent: number | null
  error: string | null
  jobId: string | null
  videoId: string | null
  canPause: boolean
  settings: UploadSettings
  /** Until the last byte has arrived, what is wanted of it may be changed. */
  canDescribe: boolean
}

const BUSY: UploadState[] = ['waiting', 'offline', 'uploading']

/** Whether leaving the page would interrupt something. */
export function isUnfinished(item: UploadItem): boolean {
  return BUSY.includes(item.state) || item.state === 'finishing'
}

export function toUploadItem(file: UploadFile): UploadItem {
  const size = file.size ?? 0
  const bytesUploaded = file.progress.bytesUploaded || 0
  const state = stateOf(file)
  const running = state === 'uploading'
  const { bytesPerSecond, secondsLeft, resumedBytes } = file.meta
  return {
    id: file.id,
    name: file.name,
    state,
    size,
    bytesUploaded,
    percent: percentOf(bytesUploaded, size),
    bytesPerSecond: running ? (bytesPerSecond ?? null) : null,
    secondsLeft: running ? (secondsLeft ?? null) : null,
    resumedPercent: resumedBytes ? percentOf(resumedBytes, size) : null,
    error: file.error ?? null,
    jobId: file.response?.body?.jobId ?? null,
    videoId: file.response?.body?.videoId ?? null,
    canPause: BUSY.includes(state),
    settings: file.meta.settings ?? USUAL_SETTINGS,
    canDescribe: state !== 'finishing' && state !== 'done',
  }
}

export function percentOf(bytes: number, size: number): number {
  return size > 0 ? Math.floor(Math.min(1, bytes / size) * 100) : 0
}

function stateOf(file: UploadFile): UploadState {
  if (file.progress.uploadComplete) return 'done'
  if (file.error) return 'failed'
  if (file.isPaused) return 'paused'
  switch (file.meta.phase) {
    case 'finishing':
    case 'done':
      return 'finishing'
    case 'offline':
      return 'offline'
    case 'uploading':
      return 'uploading'
    default:
      return 'waiting'
  }
}
