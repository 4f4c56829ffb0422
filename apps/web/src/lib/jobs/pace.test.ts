import { expect, it } from 'vitest'
import { encodingPace } from './pace'
import { job, task } from './testing'

const source = {
  format: 'mp4',
  sizeBytes: 1,
  durationSeconds: 100,
  width: 1920,
  height: 1080,
  fps: 25,
  videoCodec: 'h264',
  audioCodec: null,
  audioChannels: null,
  bitrateBps: null,
}

it('is what all parts make together, and what is left of the length at that', () => {
  expect(encodingPace(job({ source }), 30)).toEqual({ speed: 3.5, secondsLeft: 20 })
})

it('is unknown while nothing runs, and when all is there', () => {
  const idle = job({ source, tasks: [task('video', 'queued')] })
  expect(encodingPace(idle, 30)).toEqual({ speed: null, secondsLeft: null })
  expect(encodingPace(job({ source }), 100)).toEqual({ speed: null, secondsLeft: null })
})

it('has no time left where the length is not known yet', () => {
  expect(encodingPace(job(), 30)).toEqual({ speed: 3.5, secondsLeft: null })
})
