import { expect, it } from 'vitest'
import { TransferRate } from './transfer-rate'

it('says nothing before it has seen a second', () => {
  const rate = new TransferRate()
  rate.add(0, 0)
  rate.add(500, 900)
  expect(rate.bytesPerSecond).toBeNull()
  expect(rate.secondsLeft(1000)).toBeNull()
})

it('follows the last seconds, not the whole upload', () => {
  const rate = new TransferRate()
  for (let second = 0; second <= 60; second++) rate.add(second * 100, second * 1000)
  for (let second = 1; second <= 10; second++) rate.add(6000 + second * 1000, (60 + second) * 1000)
  expect(rate.bytesPerSecond).toBe(1000)
  expect(rate.secondsLeft(20_000)).toBe(4)
})

it('begins anew when a failed part is taken back', () => {
  const rate = new TransferRate()
  rate.add(0, 0)
  rate.add(5000, 1000)
  rate.add(1000, 2000)
  expect(rate.bytesPerSecond).toBeNull()
  rate.add(3000, 4000)
  expect(rate.bytesPerSecond).toBe(1000)
})
