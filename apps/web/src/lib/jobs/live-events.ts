import type { components } from '@/generated/rest'
import type { LiveMessage } from '@/lib/events/live-tabs'
import type { JobState } from './job-pages'
import type { JobProgress } from './live'

type LiveJob = components['schemas']['LiveJob']

/** A job that was made or has changed, as far as lists show it. */
export interface JobChange extends JobState {
  videoId: string
  createdAt: string
}

/** What happens to the jobs of whoever is signed in, or to everybody's for administrators. */
export type LiveEvent =
  | { kind: 'changed'; job: JobChange }
  | { kind: 'deleted'; id: string }
  /** All of a job that was asked for. */
  | { kind: 'progress'; job: JobProgress }
  /** Something may have been missed: what is shown is to be read again. */
  | { kind: 'reset' }

/** Null for what only says that the line is alive. */
export function liveEventOf({ name, data }: LiveMessage): LiveEvent | null {
  switch (name) {
    case 'job':
      return { kind: 'changed', job: toChange(JSON.parse(data)) }
    case 'deleted':
      return { kind: 'deleted', id: JSON.parse(data).id }
    case 'progress':
      return { kind: 'progress', job: JSON.parse(data) }
    case 'reset':
      return { kind: 'reset' }
    case 'ping':
      return null
  }
}

export function toState(state: components['schemas']['JobState']): JobState {
  return {
    id: state.id,
    status: state.status,
    progress: state.progress,
    etaSeconds: state.eta_seconds,
    priority: state.priority,
    updatedAt: state.updated_at,
    playableAt: state.playable_at,
    completedAt: state.completed_at,
    errorMessage: state.error?.message ?? null,
  }
}

function toChange(job: LiveJob): JobChange {
  return { ...toState(job), videoId: job.video_id, createdAt: job.created_at }
}
