import type { JobDetail } from './job'

export interface Pace {
  /** Seconds of video a second, of all parts that are encoded at once; null while unknown. */
  speed: number | null
  secondsLeft: number | null
}

/** How fast one quality advances. One decode feeds every one of them, so that all share it. */
export function encodingPace(job: JobDetail, progress: number): Pace {
  const running = job.tasks.filter((task) => task.kind === 'video' && task.status === 'running')
  const speed = running.reduce((sum, task) => sum + (task.speed ?? 0), 0)
  const length = job.source?.durationSeconds
  if (speed === 0 || progress >= 100) return { speed: null, secondsLeft: null }
  return { speed, secondsLeft: length ? (length * (1 - progress / 100)) / speed : null }
}
