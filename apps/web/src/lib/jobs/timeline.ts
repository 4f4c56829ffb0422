import type { Task } from './job'

/** A task on the line of the worker that ran it. Times are milliseconds since 1970. */
export interface TimelineBar {
  task: Task
  start: number
  end: number
  /** Of bars that overlap on one worker: which line of its own this has, from 0. */
  lane: number
}

export interface TimelineRow {
  worker: string
  bars: TimelineBar[]
  lanes: number
}

export interface Timeline {
  rows: TimelineRow[]
  start: number
  end: number
}

const UNKNOWN = 'Unknown worker'

/** Who did what when, by the last attempt of each task; null before anything was begun. */
export function timelineOf(tasks: Task[], now: number): Timeline | null {
  const bars = tasks.flatMap((task) => barOf(task, now)).sort((a, b) => a.start - b.start)
  const [first] = bars
  if (!first) return null
  const rows = new Map<string, TimelineRow>()
  for (const bar of bars) {
    const worker = bar.task.ranOn ?? UNKNOWN
    const row = rows.get(worker) ?? { worker, bars: [], lanes: 0 }
    rows.set(worker, row)
    bar.lane = freeLane(row, bar.start)
    row.lanes = Math.max(row.lanes, bar.lane + 1)
    row.bars.push(bar)
  }
  const end = Math.max(...bars.map((bar) => bar.end))
  return {
    rows: [...rows.values()].sort((a, b) =>
      a.worker.localeCompare(b.worker, 'en', { numeric: true }),
    ),
    start: first.start,
    // A task that began this very moment would else be drawn over no time at all.
    end: Math.max(end, first.start + 1),
  }
}

function barOf(task: Task, now: number): TimelineBar[] {
  if (!task.startedAt) return []
  const start = Date.parse(task.startedAt)
  // Put back on the queue, it has no end, and nobody works on it.
  if (!task.finishedAt && task.status !== 'running') return []
  // Our clock and the server's may differ.
  const end = Math.max(start, task.finishedAt ? Date.parse(task.finishedAt) : now)
  return [{ task, start, end, lane: 0 }]
}

function freeLane(row: TimelineRow, start: number): number {
  const taken = new Set(row.bars.filter((bar) => bar.end > start).map((bar) => bar.lane))
  let lane = 0
  while (taken.has(lane)) lane++
  return lane
}
