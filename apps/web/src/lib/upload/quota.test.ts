import { describe, expect, it } from 'vitest'
import { admitWithin, type Quotas, usedPercent } from './quota'

const NONE = { limit: null, used: 7 }

function quotas(rest: Partial<Quotas> = {}): Quotas {
  return { jobsPerDay: NONE, storedBytes: NONE, ...rest }
}

const files = [
  { name: 'a.mp4', size: 600_000_000 },
  { name: 'b.mp4', size: 500_000_000 },
  { name: 'c.mp4', size: 100_000_000 },
]

const names = (list: { name: string }[]) => list.map(({ name }) => name)

describe('quotas', () => {
  it('admit everything where there is no limit', () => {
    expect(admitWithin(files, quotas(), 99)).toEqual({ admitted: files, rejections: [] })
  })

  it('admit what there is room for, and say of the rest what it needs', () => {
    const storedBytes = { limit: 1_000_000_000, used: 200_000_000 }
    const { admitted, rejections } = admitWithin(files, quotas({ storedBytes }), 0)
    expect(names(admitted)).toEqual(['a.mp4', 'c.mp4'])
    expect(rejections).toEqual([
      '“b.mp4” needs 500 MB, and your account has 200 MB left of 1 GB. Delete videos that you no longer need, or ask an administrator for more.',
    ])
  })

  it('count the jobs that uploads under way will start', () => {
    const jobsPerDay = { limit: 10, used: 7 }
    const { admitted, rejections } = admitWithin(files, quotas({ jobsPerDay }), 2)
    expect(names(admitted)).toEqual(['a.mp4'])
    expect(rejections[0]).toContain('“b.mp4” would be one job too many: your account may start 10')
  })

  it('tell how much is used', () => {
    expect(usedPercent({ limit: 10, used: 8 })).toBe(80)
    expect(usedPercent({ limit: 0, used: 0 })).toBe(100)
    expect(usedPercent(NONE)).toBeNull()
  })
})
