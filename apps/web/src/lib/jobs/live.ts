import type { components } from '@/generated/rest'
import type { JobDetail, Task, TaskStatus } from './job'

/** A snapshot as the API streams it: `event: progress` of GET /jobs/events. */
export type JobProgress = components['schemas']['JobProgress']

/**
 * The job with what the snapshot tells; all else stays as it was last read. Of one that is older than
 * what was read only that stays which reading does not tell.
 */
export function applyProgress(job: JobDetail, live: JobProgress): JobDetail {
  if (Date.parse(live.updated_at) < Date.parse(job.updatedAt)) {
    return { ...job, rungs: live.renditions }
  }
  const known = new Map(job.tasks.map((task) => [task.id, task]))
  return {
    ...job,
    status: live.status,
    priority: live.priority,
    updatedAt: live.updated_at,
    progress: live.progress,
    etaSeconds: live.eta_seconds,
    startedAt: live.started_at,
    playableAt: live.playable_at,
    completedAt: live.completed_at,
    error: live.error && {
      code: live.error.code,
      message: live.error.message,
      task: live.error.task,
      attempts: live.error.attempts,
      logTail: live.error.log_tail,
    },
    // Every snapshot signs its addresses anew; a player must keep the ones it has begun with.
    playback:
      job.playback ??
      (live.playback && {
        hlsUrl: live.playback.hls_url,
        dashUrl: live.playback.dash_url,
        posterUrl: live.playback.poster_url,
        storyboardUrl: live.playback.storyboard_url,
      }),
    tasks: live.tasks.map((task) => toTask(task, known.get(task.id))),
    rungs: live.renditions,
  }
}

/** A task as a snapshot has it; what it does not tell is as it was last read. */
function toTask(task: JobProgress['tasks'][number], known: Task | undefined): Task {
  return {
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
    ranOn: task.worker_id ?? known?.ranOn ?? null,
    waitsFor: known?.waitsFor ?? [],
    startedAt: task.started_at,
    finishedAt: task.finished_at,
    detail: task.detail,
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
    // The two services write the same moment in two ways.
    (job.playableAt === null) !== (live.playable_at === null) ||
    job.tasks.length !== live.tasks.length ||
    finished(job.tasks) !== finished(live.tasks)
  )
}
