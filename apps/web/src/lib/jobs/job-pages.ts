import { isActive, type JobStatus, type JobSummary } from './job'
import type { JobListFilter } from './list-queries'

export interface JobsPage {
  jobs: JobSummary[]
  total: number
  /** False where there may be more than `total`. */
  totalIsExact: boolean
  nextCursor: string | null
}

/** A list as far as it was read, the newest first, with the cursor that led to each page. */
export interface JobPages {
  pages: JobsPage[]
  pageParams: (string | null)[]
}

/** The beginning of a list as the server read it, and what of. */
export interface FirstJobs {
  filters: JobListFilter
  at: string | null
  list: JobPages
  /** Milliseconds since 1970. */
  readAt: number
}

/** Below it, in the cache of what was read, lie all lists of jobs. */
export const JOB_PAGES_KEY = ['job-pages']
/** And below this one their beginnings, as they were read since. */
export const NEWEST_KEY = ['newest-jobs']

/** How far a job is, as one request tells it of many. */
export interface JobState {
  id: string
  status: JobStatus
  progress: number
  etaSeconds: number | null
  priority: number
  updatedAt: string
  playableAt: string | null
  completedAt: string | null
  errorMessage: string | null
}

export function jobsOf(list: JobPages): JobSummary[] {
  return list.pages.flatMap((page) => page.jobs)
}

/**
 * The list with each job as `change` gives it back; null takes it out. What did not change stays the
 * same object, so that nothing of it is drawn again.
 */
export function changeJobs(
  list: JobPages,
  change: (job: JobSummary) => JobSummary | null,
): JobPages {
  let removed = 0
  let changed = false
  const pages = list.pages.map((page) => {
    const after = changePage(page, change)
    if (after !== page) changed = true
    removed += page.jobs.length - after.jobs.length
    return after
  })
  if (!changed) return list
  return removed === 0 ? { ...list, pages } : recounted({ ...list, pages }, -removed)
}

/** The same for one page that is all there is of a list. */
export function changeOnly(
  page: JobsPage,
  change: (job: JobSummary) => JobSummary | null,
): JobsPage {
  const after = changePage(page, change)
  if (after === page) return page
  return { ...after, total: Math.max(0, page.total - page.jobs.length + after.jobs.length) }
}

/** The same for one page of several, whose totals are counted together. */
function changePage(page: JobsPage, change: (job: JobSummary) => JobSummary | null): JobsPage {
  const jobs = page.jobs.flatMap((job) => change(job) ?? [])
  const same = jobs.length === page.jobs.length && jobs.every((job, n) => job === page.jobs[n])
  return same ? page : { ...page, jobs }
}

/**
 * The job as the state has it; the same object if that is how it is known, or if more is known: what
 * was asked for may arrive after what was told since.
 */
export function withState(job: JobSummary, state: JobState): JobSummary {
  if (Date.parse(state.updatedAt) < Date.parse(job.updatedAt)) return job
  const { id, ...told } = state
  const keys = Object.keys(told) as (keyof typeof told)[]
  return keys.every((key) => job[key] === told[key]) ? job : { ...job, ...told }
}

/** Whether a job that stands like this belongs into a list that is narrowed so. */
export function fits(
  { status, priority }: { status: JobStatus | null; priority: number | null },
  state: JobState,
): boolean {
  return (
    (status === null || status === state.status) &&
    (priority === null || priority === state.priority)
  )
}

/**
 * Whether it may stand above all jobs of the list: not one of the many that lie below what was read
 * of it. Of a list of one status all count that have it, for they come into it at any time.
 */
export function isNewTo(
  list: JobPages,
  job: JobState & { createdAt: string },
  filters: { status: JobStatus | null; priority: number | null },
): boolean {
  if (!fits(filters, job)) return false
  const top = list.pages[0]?.jobs[0]
  const isNewer = !top || Date.parse(job.createdAt) >= Date.parse(top.createdAt)
  if (!isNewer && filters.status === null) return false
  return !list.pages.some((page) => page.jobs.some(({ id }) => id === job.id))
}

/** Whether a state brings more with it than it tells, such as a picture or a length. */
export function isWorthReading(job: JobSummary, state: JobState): boolean {
  if (job.durationSeconds === null && state.progress > 0) return true
  if (job.thumbnailUrl === null && state.playableAt !== null) {
    return isActive(state.status) || job.status !== state.status
  }
  return false
}

/** Those of the newest jobs that the list does not have yet. */
export function newJobs(list: JobPages, newest: JobsPage): JobSummary[] {
  const known = new Set(jobsOf(list).map((job) => job.id))
  const top = list.pages[0]?.jobs[0]
  // What lies below the newest known one was taken out of the list here.
  return newest.jobs.filter((job) => !known.has(job.id) && (!top || isBefore(job, top)))
}

/** The list with jobs that came since put before all others. */
export function withNewest(list: JobPages, newest: JobsPage): JobPages {
  const fresh = newJobs(list, newest)
  const [first, ...rest] = list.pages
  if (!first || (fresh.length === 0 && first.total === newest.total)) return list
  const { total, totalIsExact } = newest
  const top = { ...first, jobs: [...fresh, ...first.jobs], total, totalIsExact }
  return { ...list, pages: [top, ...rest] }
}

/** The list with a job put back where it belongs. */
export function withJob(list: JobPages, job: JobSummary): JobPages {
  if (jobsOf(list).some(({ id }) => id === job.id)) {
    return changeJobs(list, (each) => (each.id === job.id ? job : each))
  }
  const index = list.pages.findIndex((page, n) => {
    const last = page.jobs.at(-1)
    return (last && isBefore(job, last)) || n === list.pages.length - 1
  })
  const pages = list.pages.map((page, n) => {
    if (n !== index) return page
    const at = page.jobs.findIndex((each) => isBefore(job, each))
    const place = at < 0 ? page.jobs.length : at
    return { ...page, jobs: [...page.jobs.slice(0, place), job, ...page.jobs.slice(place)] }
  })
  return recounted({ ...list, pages }, 1)
}

/** The cursor of the page that holds the row, counted from 0. */
export function cursorAt(list: JobPages, row: number): string | null {
  let end = 0
  for (const [index, page] of list.pages.entries()) {
    end += page.jobs.length
    if (row < end) return list.pageParams[index] ?? null
  }
  return list.pageParams.at(-1) ?? null
}

function recounted(list: JobPages, by: number): JobPages {
  const pages = list.pages.map((page) => ({ ...page, total: Math.max(0, page.total + by) }))
  return { ...list, pages }
}

/** Lists run from the newest to the oldest; ids tell apart what came at the same moment. */
function isBefore(a: JobSummary, b: JobSummary): boolean {
  const [left, right] = [Date.parse(a.createdAt), Date.parse(b.createdAt)]
  return left === right ? a.id > b.id : left > right
}
