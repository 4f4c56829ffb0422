import { describe, expect, it } from 'vitest'
import { applyProgress, isMilestone, type JobProgress } from './live'
import { job, task } from './testing'

function progress(rest: Partial<JobProgress> = {}): JobProgress {
  return {
    id: 'j1',
    status: 'processing',
    progress: 55,
    eta_seconds: 9,
    playable_at: null,
    completed_at: null,
    paused_at: null,
    priority: 5,
    updated_at: '2026-03-01T12:00:10Z',
    started_at: null,
    playback: null,
    error: null,
    tasks: [],
    renditions: [{ name: '720p', progress: 55 }],
    ...rest,
  }
}

const PLAYBACK = {
  hls_url: 'http://a/2/master.m3u8',
  dash_url: null,
  poster_url: null,
  thumbnail_url: null,
  storyboard_url: null,
}

describe('a snapshot', () => {
  it('overlays what it tells and keeps the rest', () => {
    const after = applyProgress(job({ filename: 'kept.mp4' }), progress())
    expect(after).toMatchObject({
      filename: 'kept.mp4',
      progress: 55,
      etaSeconds: 9,
      rungs: [{ name: '720p', progress: 55 }],
    })
  })

  it('tells nothing that is older than what was read', () => {
    const read = job({ status: 'queued', updatedAt: '2026-03-01T12:00:11Z' })
    const after = applyProgress(read, progress({ status: 'failed' }))
    expect(after).toEqual({ ...read, rungs: [{ name: '720p', progress: 55 }] })
    expect(applyProgress(after, progress({ updated_at: '2026-03-01T12:00:11Z' })).progress).toBe(55)
  })

  it('does not replace addresses that a player may be using', () => {
    const known = {
      hlsUrl: 'http://a/1/master.m3u8',
      dashUrl: null,
      posterUrl: null,
      storyboardUrl: null,
    }
    const live = progress({ playback: PLAYBACK })
    expect(applyProgress(job({ playback: known }), live).playback).toBe(known)
    expect(applyProgress(job(), live).playback?.hlsUrl).toBe(PLAYBACK.hls_url)
  })

  it('carries the cause of a failure', () => {
    const error = {
      code: 'corrupt_file',
      message: 'It ends early.',
      task: 'plan' as const,
      attempts: 1,
      log_tail: 'moov atom not found',
    }
    expect(applyProgress(job(), progress({ status: 'failed', error })).error).toEqual({
      code: 'corrupt_file',
      message: 'It ends early.',
      task: 'plan',
      attempts: 1,
      logTail: 'moov atom not found',
    })
  })
})

describe('a milestone', () => {
  const before = job({ tasks: [task('plan', 'running')] })
  const tasks = (status: 'running' | 'completed'): JobProgress['tasks'] => [
    {
      id: 'plan-0',
      kind: 'plan',
      ordinal: 0,
      status,
      progress: 50,
      speed: null,
      eta_seconds: null,
      attempt: 1,
      max_attempts: 5,
      worker_id: 'w',
      started_at: null,
      finished_at: null,
      error: null,
      detail: null,
    },
  ]

  it('is not a mere advance', () => {
    expect(isMilestone(before, progress({ tasks: tasks('running') }))).toBe(false)
  })

  it('is not that two services write the same moment in two ways', () => {
    const known = { ...before, playableAt: '2026-03-01T12:00:00+00:00' }
    const live = progress({ tasks: tasks('running'), playable_at: '2026-03-01T12:00:00Z' })
    expect(isMilestone(known, live)).toBe(false)
  })

  it('is a finished task, a new status, or that the job can be played', () => {
    expect(isMilestone(before, progress({ tasks: tasks('completed') }))).toBe(true)
    expect(isMilestone(before, progress({ tasks: tasks('running'), status: 'completed' }))).toBe(
      true,
    )
    expect(
      isMilestone(
        before,
        progress({ tasks: tasks('running'), playable_at: '2026-03-01T12:00:00Z' }),
      ),
    ).toBe(true)
  })
})
