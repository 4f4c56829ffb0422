import type { JobDetail, JobStatus, TaskKind, TaskStatus } from './job'

/** A snapshot as the API streams it: `event: job` of GET /jobs/{id}/events. */
export interface JobProgress {
  id: string
  status: JobStatus
  progress: number
  eta_seconds: number | null
  playable_at: string | null
  completed_at: string | null
  playback: {
    hls_url: string | null
    dash_url: string | null
    poster_url: string | null
  } | null
  error: {
    code: string
    message: string
    task?: string | null
    attempts?: number | null
    log_tail?: string | null
  } | null
  tasks: {
    id: string
    kind: TaskKind
    ordinal: number
    status: TaskStatus
    progress: number
    speed: number | null
    eta_seconds: number | null
    attempt: number
    max_attempts: number
    worker_id: string | null
  }[]
  renditions: { name: string; progress: number }[]
}

/** The job with what the snapshot tells; all else stays as it was last read. */
export function applyProgress(job: JobDetail, live: JobProgress): JobDetail {
  return {
    ...job,
    status: live.status,
    progress: live.progress,
    etaSeconds: live.eta_seconds,
    playableAt: live.playable_at,
    completedAt: live.completed_at,
    error: live.error && {
      code: live.error.code,
      message: live.error.message,
      task: live.error.task ?? null,
      attempts: live.error.attempts ?? null,
      logTail: live.error.log_tail ?? null,
    },
    // Every snapshot signs its addresses anew; a player must keep the ones it has begun with.
    playback:
      job.playback ??
      (live.playback && {
        hlsUrl: live.playback.hls_url,
        dashUrl: live.playback.dash_url,
        posterUrl: live.playback.poster_url,
      }),
    tasks: live.tasks.map((task) => ({
      id: task.id,
      kind: task.kind,
      ordinal: task.ordinal,
      status: task.status,
      progress: task.progress,
      speed: task.speed,
      etaSeconds: task.eta_seconds,
      attempt: task.attempt,
      maxAttempts: task.max_attempts,
      workerId: task.worker_id,
    })),
    rungs: live.renditions,
  }
}

/**
 * Whether the snapshot marks something that brings more with it than it carries itself: renditions,
 * assets, the source's facts. Then the job is worth reading again.
 */
export function isMilestone(job: JobDetail, live: JobProgress): boolean {
  const finished = (tasks: { status: TaskStatus }[]) =>
    tasks.filter((task) => task.status === 'completed').length
  return (
    job.status !== live.status ||
    job.playableAt !== live.playable_at ||
    finished(job.tasks) !== finished(live.tasks)
  )
}
