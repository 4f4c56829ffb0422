import { describe, expect, it } from 'vitest'
import type { JobChange, LiveEvent } from '@/lib/jobs/live-events'
import { isSeenIn } from './live'
import type { OwnVideo } from './video'

const VIDEO: OwnVideo = {
  id: 'v1',
  title: 'clip',
  tags: [],
  category: null,
  visibility: 'private',
  views: 0,
  createdAt: '2026-03-01T12:00:00Z',
  durationSeconds: 9,
  thumbnailUrl: null,
  filename: 'clip.mp4',
  sizeBytes: 9,
  latestJobId: 'j1',
  latestJobStatus: 'processing',
}

function changed(rest: Partial<JobChange> = {}): LiveEvent {
  const job: JobChange = {
    id: 'j1',
    videoId: 'v1',
    status: 'processing',
    progress: 40,
    etaSeconds: null,
    priority: 5,
    createdAt: '2026-03-01T12:00:00Z',
    updatedAt: '2026-03-01T12:00:00Z',
    playableAt: null,
    completedAt: null,
    errorMessage: null,
    ...rest,
  }
  return { kind: 'changed', job }
}

describe('what happens to a job', () => {
  it('is seen in a list of videos when it says more than that the job goes on', () => {
    expect(isSeenIn([VIDEO], changed({ progress: 90 }), true)).toBe(false)
    expect(isSeenIn([VIDEO], changed({ status: 'completed' }), true)).toBe(true)
    expect(isSeenIn([VIDEO], changed({ id: 'j2' }), true)).toBe(true)
    const playableAt = '2026-03-01T12:00:09Z'
    expect(isSeenIn([VIDEO], changed({ playableAt }), true)).toBe(true)
    const pictured = { ...VIDEO, thumbnailUrl: 'http://a/p.jpg' }
    expect(isSeenIn([pictured], changed({ playableAt }), true)).toBe(false)
    expect(isSeenIn([VIDEO], { kind: 'deleted', id: 'j1' }, true)).toBe(true)
    expect(isSeenIn([VIDEO], { kind: 'deleted', id: 'j2' }, true)).toBe(false)
    expect(isSeenIn([VIDEO], { kind: 'reset' }, false)).toBe(true)
  })

  it('brings a new video to the first page alone', () => {
    const fresh = changed({ videoId: 'v2', createdAt: '2026-03-01T12:00:01Z' })
    expect(isSeenIn([VIDEO], fresh, true)).toBe(true)
    expect(isSeenIn([VIDEO], fresh, false)).toBe(false)
    expect(isSeenIn([], fresh, true)).toBe(true)
    const old = changed({ videoId: 'v2', createdAt: '2026-02-01T12:00:00Z' })
    expect(isSeenIn([VIDEO], old, true)).toBe(false)
  })
})
