import type { JobDetail, JobSummary, Task, TaskKind, TaskStatus } from './job'

/** A task for tests; ids tell kind and ordinal. */
export function task(kind: TaskKind, status: TaskStatus, rest: Partial<Task> = {}): Task {
  const ordinal = rest.ordinal ?? 0
  return {
    id: `${kind}-${ordinal}`,
    kind,
    ordinal,
    status,
    progress: 0,
    speed: null,
    etaSeconds: null,
    attempt: 1,
    maxAttempts: 5,
    workerId: null,
    ranOn: null,
    waitsFor: [],
    startedAt: null,
    finishedAt: null,
    detail: null,
    ...rest,
  }
}

/** A job in mid-encode for tests. */
export function job(rest: Partial<JobDetail> = {}): JobDetail {
  return {
    id: 'j1',
    videoId: 'v1',
    filename: 'clip.mp4',
    status: 'processing',
    preset: 'web',
    priority: 5,
    progress: 40,
    etaSeconds: 12,
    createdAt: '2026-03-01T12:00:00Z',
    updatedAt: '2026-03-01T12:00:09Z',
    startedAt: '2026-03-01T12:00:01Z',
    queuePosition: null,
    playableAt: null,
    completedAt: null,
    source: null,
    notes: [],
    tasks: [
      task('plan', 'completed'),
      task('video', 'running', { speed: 1.5 }),
      task('video', 'running', { ordinal: 1, speed: 2 }),
      task('audio', 'completed'),
      task('images', 'queued'),
      task('mp4', 'blocked'),
      task('package', 'blocked'),
    ],
    renditions: [],
    assets: [],
    playback: null,
    error: null,
    verification: null,
    rungs: [],
    ...rest,
  }
}

/** A job in a list for tests: the higher its number, the newer. */
export function summary(number: number, rest: Partial<JobSummary> = {}): JobSummary {
  return {
    id: `j${number}`,
    filename: `clip ${number}.mp4`,
    status: 'processing',
    preset: 'web',
    priority: 5,
    progress: 40,
    etaSeconds: 12,
    durationSeconds: null,
    createdAt: new Date(Date.UTC(2026, 2, 1, 12, number)).toISOString(),
    updatedAt: '2026-03-01T13:00:00Z',
    playableAt: null,
    completedAt: null,
    errorMessage: null,
    thumbnailUrl: null,
    ...rest,
  }
}
