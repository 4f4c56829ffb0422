/** Videos as the pages show them. Sizes are bytes, times RFC 3339. */

import type { components } from '@/generated/rest'
import type { JobStatus, Playback } from '@/lib/jobs/job'

type Schemas = components['schemas']

export type Visibility = Schemas['Visibility']

/** From the widest to the narrowest. */
export const VISIBILITIES = ['public', 'unlisted', 'private'] as const satisfies Visibility[]

/** What everybody who may watch it is told of a video. */
export interface VideoSummary {
  id: string
  title: string
  tags: string[]
  category: string | null
  visibility: Visibility
  views: number
  createdAt: string
  /** Null while nothing of it can be played. */
  durationSeconds: number | null
  /** The poster, small enough for a list. */
  thumbnailUrl: string | null
}

export interface GalleryVideo extends VideoSummary {
  posterUrl: string | null
  /** Pixels, of its best picture; null too where there is sound alone. */
  width: number | null
}

export interface WatchedVideo extends Omit<VideoSummary, 'thumbnailUrl'> {
  posterUrl: string | null
  description: string
  /** Pixels, of its best picture; null too where there is sound alone. */
  width: number | null
  height: number | null
  playback: Playback | null
  /** Whether the reader may change it. */
  isOwn: boolean
  /** Null unless it is the reader's own. */
  latestJobId: string | null
  latestJobStatus: JobStatus | null
}

/** One of the reader's own. */
export interface OwnVideo extends VideoSummary {
  filename: string | null
  sizeBytes: number | null
  latestJobId: string | null
  latestJobStatus: JobStatus | null
}

export function watchPath(id: string): string {
  return `/watch/${id}`
}

/** Where its owner changes it. */
export function editPath(id: string): string {
  return `/videos/${id}`
}

export function embedPath(id: string): string {
  return `/embed/${id}`
}

/** "1 view", "2,345 views". */
export function viewsText(views: number): string {
  return `${views.toLocaleString('en')} ${views === 1 ? 'view' : 'views'}`
}
