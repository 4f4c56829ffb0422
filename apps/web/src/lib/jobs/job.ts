/** Jobs as the pages show them, whatever service told of them. Sizes are bytes, times RFC 3339. */

import type { components } from '@/generated/rest'

type Schemas = components['schemas']

export const JOB_STATUSES = [
  'queued',
  'processing',
  'paused',
  'completed',
  'failed',
  'cancelled',
] as const satisfies JobStatus[]

export type JobStatus = Schemas['JobStatus']
export type TaskKind = Schemas['TaskKind']
export type TaskStatus = Schemas['TaskStatus']

export interface JobError {
  code: string
  message: string
  task: string | null
  attempts: number | null
  logTail: string | null
}

export interface Task {
  id: string
  kind: TaskKind
  ordinal: number
  status: TaskStatus
  /** 0 to 100. */
  progress: number
  /** Seconds of video per second. */
  speed: number | null
  etaSeconds: number | null
  attempt: number
  maxAttempts: number
  workerId: string | null
  /** Who runs it, or ran it last. */
  ranOn: string | null
  /** It begins when all tasks of these kinds are done. */
  waitsFor: TaskKind[]
  /** When its last attempt began. */
  startedAt: string | null
  finishedAt: string | null
  /** When it is tried again, or why it was left out. */
  detail: string | null
}

export interface Rendition {
  id: string
  name: string
  width: number
  height: number
  codec: string
  fps: number
  bitrateBps: number
  sizeBytes: number
  /** The asset that is the rendition's MP4. */
  mp4AssetId: string | null
  mp4SizeBytes: number | null
  /** Against the source, each null unless the job asked for it: dB, 0 to 1, 0 to 100. */
  psnr: number | null
  ssim: number | null
  vmaf: number | null
}

export interface Asset {
  id: string
  kind: string
  name: string
  sizeBytes: number
}

export interface Source {
  format: string | null
  sizeBytes: number | null
  durationSeconds: number | null
  width: number | null
  height: number | null
  fps: number | null
  videoCodec: string | null
  audioCodec: string | null
  audioChannels: number | null
  bitrateBps: number | null
}

export interface Playback {
  hlsUrl: string | null
  dashUrl: string | null
  posterUrl: string | null
  storyboardUrl: string | null
}

/** The proof of a published job, repeated. */
export interface Verification {
  status: Schemas['VerificationStatus']
  /** 0 to 100. */
  progress: number
  startedAt: string | null
  finishedAt: string | null
  /** How many were looked at. */
  files: number
  /** The first hundred. */
  problems: { file: string | null; message: string }[]
  problemCount: number
}

/** What a list shows of a job. */
export interface JobSummary {
  id: string
  filename: string
  status: JobStatus
  preset: string
  priority: number
  /** 0 to 100. */
  progress: number
  etaSeconds: number | null
  durationSeconds: number | null
  createdAt: string
  updatedAt: string
  playableAt: string | null
  completedAt: string | null
  errorMessage: string | null
  /** The poster, small enough for a list. */
  thumbnailUrl: string | null
}

export interface JobDetail
  extends Omit<JobSummary, 'errorMessage' | 'thumbnailUrl' | 'durationSeconds'> {
  /** What it transcodes. */
  videoId: string
  startedAt: string | null
  /** Of a queued job: its place among all that are queued, 1 for the next. */
  queuePosition: number | null
  source: Source | null
  /** What is out of the ordinary with the source and how it is dealt with, in sentences. */
  notes: string[]
  tasks: Task[]
  renditions: Rendition[]
  assets: Asset[]
  playback: Playback | null
  error: JobError | null
  /** The last that was asked for. */
  verification: Verification | null
  /** Each rung on its way, while it is made. */
  rungs: { name: string; progress: number }[]
}

/** Whether something will still happen to the job by itself. */
export function isActive(status: JobStatus): boolean {
  return status === 'queued' || status === 'processing'
}

/** Whether the owner can stop it. */
export function canCancel(status: JobStatus): boolean {
  return isActive(status) || status === 'paused'
}

/** Whether it came to an end, in any way: then it can be deleted. */
export function hasEnded(status: JobStatus): boolean {
  return !canCancel(status)
}

export function canRetry(status: JobStatus): boolean {
  return status === 'failed' || status === 'cancelled'
}
