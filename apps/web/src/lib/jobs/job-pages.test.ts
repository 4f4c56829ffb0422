import { describe, expect, it } from 'vitest'
import {
  changeJobs,
  cursorAt,
  fits,
  isNewTo,
  isWorthReading,
  type JobPages,
  type JobState,
  jobsOf,
  newJobs,
  withJob,
  withNewest,
  withState,
} from './job-pages'
import { summary } from './testing'

/** Ids count up with time; the first page has the newest. */
function list(): JobPages {
  const page = (ids: number[]) => ({
    jobs: ids.map((n) => summary(n)),
    total: 6,
    totalIsExact: true,
    nextCursor: 'next',
  })
  return { pages: [page([6, 5, 4]), page([3, 2, 1])], pageParams: [null, 'second'] }
}

const ids = (pages: JobPages) => jobsOf(pages).map(({ id }) => id)

function state(rest: Partial<JobState> = {}): JobState {
  const { id, status, progress, etaSeconds, priority, updatedAt, ...more } = summary(4)
  const { playableAt, completedAt, errorMessage } = more
  return {
    ...{ id, status, progress, etaSeconds, priority, updatedAt },
    ...{ playableAt, completedAt, errorMessage },
    ...rest,
  }
}

describe('changing jobs of a list', () => {
  it('leaves alone what does not change', () => {
    const before = list()
    expect(changeJobs(before, (job) => job)).toBe(before)
    const after = changeJobs(before, (job) => (job.id === 'j5' ? { ...job, progress: 9 } : job))
    expect(after.pages[1]).toBe(before.pages[1])
    expect(after.pages[0]?.jobs[2]).toBe(before.pages[0]?.jobs[2])
  })

  it('counts what was taken out, and puts it back in its place', () => {
    const before = list()
    const [gone] = jobsOf(before).filter(({ id }) => id === 'j3')
    const after = changeJobs(before, (job) => (job.id === 'j3' ? null : job))
    expect(ids(after)).toEqual(['j6', 'j5', 'j4', 'j2', 'j1'])
    expect(after.pages.map(({ total }) => total)).toEqual([5, 5])
    if (!gone) throw new Error('it was there')
    const back = withJob(after, gone)
    expect(ids(back)).toEqual(ids(before))
    expect(back.pages[0]?.total).toBe(6)
  })

  it('puts back the first and the last too, and one that is still there only anew', () => {
    for (const id of ['j6', 'j1', 'j4']) {
      const [gone] = jobsOf(list()).filter((job) => job.id === id)
      if (!gone) throw new Error('it was there')
      const after = changeJobs(list(), (job) => (job.id === id ? null : job))
      expect(ids(withJob(after, gone))).toEqual(ids(list()))
      expect(ids(withJob(list(), gone))).toEqual(ids(list()))
    }
  })
})

describe('what is told of a job', () => {
  it('is laid over it, unless it is known', () => {
    const job = summary(4)
    expect(withState(job, state())).toBe(job)
    expect(withState(job, state({ progress: 70 }))).toMatchObject({ id: 'j4', progress: 70 })
  })

  it('says nothing of a job of which more is known', () => {
    const job = summary(4, { progress: 60, updatedAt: '2026-03-01T13:00:01Z' })
    expect(withState(job, state({ progress: 50 }))).toBe(job)
  })

  it('takes a job out of a list that it does not fit any more', () => {
    const none = { status: null, priority: null }
    expect(fits(none, state())).toBe(true)
    expect(fits({ ...none, status: 'failed' }, state())).toBe(false)
    expect(fits({ ...none, status: 'failed' }, state({ status: 'failed' }))).toBe(true)
    expect(fits({ ...none, priority: 5 }, state({ priority: 7 }))).toBe(false)
  })

  it('is worth reading when a length or a picture came with it', () => {
    const waiting = summary(4, { status: 'queued' })
    expect(isWorthReading(waiting, state({ status: 'queued', progress: 0 }))).toBe(false)
    expect(isWorthReading(waiting, state({ progress: 10 }))).toBe(true)
    const known = summary(4, { durationSeconds: 9 })
    const playable = state({ playableAt: '2026-03-01T12:00:00Z' })
    expect(isWorthReading(known, playable)).toBe(true)
    expect(isWorthReading({ ...known, thumbnailUrl: 'http://a/p.jpg' }, playable)).toBe(false)
    // Sound alone never has a picture.
    const sound = summary(4, { durationSeconds: 9, status: 'completed' })
    expect(isWorthReading(sound, { ...playable, status: 'completed' })).toBe(false)
  })
})

describe('the newest jobs', () => {
  const newest = (numbers: number[], total: number) => ({
    jobs: numbers.map((n) => summary(n)),
    total,
    totalIsExact: true,
    nextCursor: null,
  })

  it('come before all others, each once', () => {
    const after = withNewest(list(), newest([8, 7, 6, 5], 8))
    expect(ids(after)).toEqual(['j8', 'j7', 'j6', 'j5', 'j4', 'j3', 'j2', 'j1'])
    expect(after.pages[0]?.total).toBe(8)
    expect(withNewest(after, newest([8, 7], 8))).toBe(after)
  })

  it('are looked for when one is told of that may stand on top', () => {
    const none = { status: null, priority: null }
    const told = (number: number, rest: Partial<JobState> = {}) => ({
      ...state(rest),
      id: `j${number}`,
      createdAt: summary(number).createdAt,
    })
    expect(isNewTo(list(), told(7), none)).toBe(true)
    expect(isNewTo(list(), told(6), none)).toBe(false)
    // It lies below what was read of a long list.
    expect(isNewTo(list(), told(0), none)).toBe(false)
    expect(isNewTo({ pages: [], pageParams: [] }, told(0), none)).toBe(true)
    const failed = { ...none, status: 'failed' as const }
    expect(isNewTo(list(), told(7), failed)).toBe(false)
    expect(isNewTo(list(), told(0, { status: 'failed' }), failed)).toBe(true)
  })

  it('are not those that were taken out of the list here', () => {
    const without = changeJobs(list(), (job) => (job.id === 'j5' ? null : job))
    expect(newJobs(without, newest([6, 5, 4], 6))).toEqual([])
  })
})

it('a row leads to the cursor of its page', () => {
  expect([0, 2, 3, 99].map((row) => cursorAt(list(), row))).toEqual([
    null,
    null,
    'second',
    'second',
  ])
})
