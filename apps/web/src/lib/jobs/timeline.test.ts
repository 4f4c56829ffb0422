import { describe, expect, it } from 'vitest'
import { task } from './testing'
import { timelineOf } from './timeline'

const AT = Date.parse('2026-03-01T12:00:00Z')
const at = (seconds: number) => new Date(AT + seconds * 1000).toISOString()

describe('the timeline', () => {
  it('has a row for each worker, and ends with what runs now', () => {
    const timeline = timelineOf(
      [
        task('plan', 'completed', { ranOn: 'w2', startedAt: at(0), finishedAt: at(1) }),
        task('video', 'completed', { ranOn: 'w10', startedAt: at(1), finishedAt: at(4) }),
        task('video', 'running', { ordinal: 1, ranOn: 'w2', startedAt: at(2) }),
        task('package', 'blocked'),
      ],
      AT + 9000,
    )
    expect(timeline?.rows.map(({ worker, bars }) => [worker, bars.length])).toEqual([
      ['w2', 2],
      ['w10', 1],
    ])
    expect([timeline?.start, timeline?.end]).toEqual([AT, AT + 9000])
  })

  it('puts what one worker ran at the same time on lines of their own', () => {
    const timeline = timelineOf(
      [
        task('video', 'completed', { ranOn: 'w', startedAt: at(0), finishedAt: at(5) }),
        task('audio', 'completed', { ranOn: 'w', startedAt: at(1), finishedAt: at(2) }),
        task('images', 'completed', { ranOn: 'w', startedAt: at(3), finishedAt: at(4) }),
      ],
      AT,
    )
    expect(timeline?.rows[0]).toMatchObject({ lanes: 2 })
    expect(timeline?.rows[0]?.bars.map(({ lane }) => lane)).toEqual([0, 1, 1])
  })

  it('leaves out what was put back on the queue, and is nothing before the first task', () => {
    expect(timelineOf([task('plan', 'queued', { startedAt: at(0) })], AT)).toBeNull()
    expect(timelineOf([task('plan', 'queued')], AT)).toBeNull()
  })

  it('never runs backwards where this clock is behind', () => {
    const timeline = timelineOf([task('plan', 'running', { startedAt: at(5) })], AT)
    expect(timeline?.rows[0]).toMatchObject({ worker: 'Unknown worker' })
    expect(timeline?.end).toBeGreaterThan(timeline?.start ?? Number.POSITIVE_INFINITY)
  })
})
