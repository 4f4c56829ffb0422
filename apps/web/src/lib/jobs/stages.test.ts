import { describe, expect, it } from 'vitest'
import type { JobDetail } from './job'
import { stagesOf, taskLabel } from './stages'
import { job, task } from './testing'

function states(of: JobDetail): string {
  return stagesOf(of)
    .map((stage) => stage.state)
    .join(' ')
}

describe('stages', () => {
  it('waits for a worker before anything is claimed', () => {
    const queued = job({ status: 'queued', tasks: [task('plan', 'queued', { attempt: 0 })] })
    expect(states(queued)).toBe('active waiting waiting waiting waiting')
    expect(stagesOf(queued)[0]?.detail).toBe('Waiting for a free worker')
  })

  it('adds up the speed of all parts that are encoded at once', () => {
    expect(states(job())).toBe('done done active waiting waiting')
    expect(stagesOf(job())[2]?.detail).toBe('3.5× real time, 12 s left')
  })

  it('goes on encoding while the parts wait for their next worker', () => {
    const between = job({
      tasks: [task('plan', 'completed'), task('video', 'completed'), task('audio', 'queued')],
    })
    expect(states(between)).toBe('done done active waiting waiting')
  })

  it('says where a failed job ended', () => {
    const failed = job({
      status: 'failed',
      tasks: [task('plan', 'completed'), task('video', 'failed'), task('package', 'cancelled')],
    })
    expect(states(failed)).toBe('done done failed stopped stopped')
  })

  it('counts what was skipped as done', () => {
    const done = job({
      status: 'completed',
      tasks: [
        task('plan', 'completed'),
        task('video', 'completed'),
        task('captions', 'skipped'),
        task('package', 'completed'),
      ],
    })
    expect(states(done)).toBe('done done done done done')
  })

  it('tells that an unfinished job can be played', () => {
    const playable = job({ playableAt: '2026-03-01T12:00:05Z' })
    expect(stagesOf(playable)[4]?.detail).toBe('Can be played already')
  })
})

it('numbers the parts of a video only when there are several', () => {
  const { tasks } = job()
  expect(tasks.map((each) => taskLabel(each, tasks))).toEqual([
    'Analyse the source',
    'Encode video, part 1 of 2',
    'Encode video, part 2 of 2',
    'Encode audio',
    'Make pictures',
    'Make MP4 files',
    'Package and publish',
  ])
})
