import { formatDuration } from '@/lib/format'
import type { JobDetail, Task, TaskKind } from './job'

export type StageState = 'waiting' | 'active' | 'done' | 'failed' | 'stopped'

export interface Stage {
  key: 'queued' | 'probing' | 'encoding' | 'packaging' | 'ready'
  label: string
  state: StageState
  /** What is going on in it, in a few words. */
  detail: string | null
}

const ENCODING: TaskKind[] = ['video', 'audio', 'images', 'subtitles', 'captions']
const PACKAGING: TaskKind[] = ['mp4', 'metrics', 'package']

/** The five steps of a job, in the order in which a person waits for them. */
export function stagesOf(job: JobDetail): Stage[] {
  const probing = stateOf(job, ['fetch', 'plan'])
  const queued = probing === 'waiting' ? waitingState(job) : 'done'
  return [
    { key: 'queued', label: 'Queued', state: queued, detail: queueDetail(job, queued) },
    { key: 'probing', label: 'Analysing', state: probing, detail: fetchDetail(job) },
    {
      key: 'encoding',
      label: 'Encoding',
      state: stateOf(job, ENCODING),
      detail: encodingDetail(job),
    },
    { key: 'packaging', label: 'Packaging', state: stateOf(job, PACKAGING), detail: null },
    {
      key: 'ready',
      label: 'Ready',
      state: job.status === 'completed' ? 'done' : job.status === 'failed' ? 'stopped' : 'waiting',
      detail: job.playableAt && job.status === 'processing' ? 'Can be played already' : null,
    },
  ]
}

const KIND_NAMES: Record<TaskKind, string> = {
  fetch: 'Fetch the source',
  plan: 'Analyse the source',
  video: 'Encode video',
  audio: 'Encode audio',
  images: 'Make pictures',
  mp4: 'Make MP4 files',
  subtitles: 'Extract subtitles',
  metrics: 'Measure quality',
  captions: 'Write captions',
  package: 'Package and publish',
  verify: 'Verify what was published',
  thumbnail: 'Make the thumbnail',
}

/** What tasks of a kind do. */
export function kindLabel(kind: TaskKind): string {
  return KIND_NAMES[kind]
}

/** What a task is called on the page. */
export function taskLabel(task: Task, siblings: Task[]): string {
  const chunks = siblings.filter((each) => each.kind === task.kind).length
  const name = kindLabel(task.kind)
  return chunks > 1 ? `${name}, part ${task.ordinal + 1} of ${chunks}` : name
}

function stateOf(job: JobDetail, kinds: TaskKind[]): StageState {
  const tasks = job.tasks.filter((task) => kinds.includes(task.kind))
  if (tasks.some((task) => task.status === 'failed')) return 'failed'
  const finished = tasks.filter((task) => ['completed', 'skipped'].includes(task.status))
  if (tasks.length > 0 && finished.length === tasks.length) return 'done'
  if (job.status === 'cancelled' || job.status === 'failed') return 'stopped'
  if (finished.length > 0 || tasks.some((task) => task.status === 'running')) return 'active'
  return 'waiting'
}

function waitingState(job: JobDetail): StageState {
  return job.status === 'cancelled' || job.status === 'failed' ? 'stopped' : 'active'
}

function queueDetail(job: JobDetail, state: StageState): string | null {
  if (state !== 'active') return null
  if (job.status === 'paused') return 'Paused'
  if (job.queuePosition !== null) {
    return job.queuePosition === 1
      ? 'Next in the queue'
      : `Number ${job.queuePosition} in the queue`
  }
  const plan = job.tasks.find((task) => task.kind === 'plan')
  return plan && plan.attempt > 0 ? 'Waiting for another attempt' : 'Waiting for a free worker'
}

function fetchDetail(job: JobDetail): string | null {
  const fetch = job.tasks.find((task) => task.kind === 'fetch')
  return fetch?.status === 'running' ? `Fetching the source, ${Math.round(fetch.progress)} %` : null
}

function encodingDetail(job: JobDetail): string | null {
  const running = job.tasks.filter((task) => task.kind === 'video' && task.status === 'running')
  if (running.length === 0) return null
  const speed = running.reduce((sum, task) => sum + (task.speed ?? 0), 0)
  const parts = [
    speed > 0 ? `${speed.toFixed(1)}× real time` : null,
    job.etaSeconds ? `${formatDuration(job.etaSeconds)} left` : null,
  ]
  return parts.filter(Boolean).join(', ') || null
}
