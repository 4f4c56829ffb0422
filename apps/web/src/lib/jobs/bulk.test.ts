import { expect, it } from 'vitest'
import { ApiError } from '@/lib/rest/problem'
import { callForEach } from './bulk'

const IDS = Array.from({ length: 20 }, (_, n) => `j${n}`)

it('calls for each once, a few at a time', async () => {
  const called: string[] = []
  let running = 0
  let most = 0
  const failures = await callForEach(
    IDS,
    async (id) => {
      running++
      most = Math.max(most, running)
      await new Promise((resolve) => setTimeout(resolve, 1))
      called.push(id)
      running--
    },
    { concurrency: 3 },
  )
  expect(failures).toEqual([])
  expect(called.sort()).toEqual([...IDS].sort())
  expect(most).toBe(3)
})

it('goes on past what fails, and tells which and why', async () => {
  const seen: number[] = []
  const error = new ApiError(409, 'job_ended', 'It has ended.')
  const failures = await callForEach(
    IDS,
    (id) => (id === 'j3' || id === 'j7' ? Promise.reject(error) : Promise.resolve()),
    { onProgress: (done) => seen.push(done) },
  )
  expect(failures.map(({ id }) => id).sort()).toEqual(['j3', 'j7'])
  expect(failures[0]?.error).toBe(error)
  expect(seen.at(-1)).toBe(20)
})

it('waits as long as the server asks, and tries again', async () => {
  const waits: number[] = []
  let refusals = 2
  const failures = await callForEach(
    ['j1'],
    async () => {
      if (refusals-- > 0) throw new ApiError(429, 'rate_limited', 'Slower.', [], 3000)
    },
    { pause: async (milliseconds) => void waits.push(milliseconds) },
  )
  expect(failures).toEqual([])
  expect(waits).toEqual([3000, 3000])
})
