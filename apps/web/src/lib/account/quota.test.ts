import { describe, expect, it } from 'vitest'
import { levelOf, percentUsed } from './quota'

const stand = (used: number, limit: number | null) => ({ used, limit, resetsAt: null })

describe('where an account stands with a quota', () => {
  it('warns from 80 % on, and says when nothing is left', () => {
    expect(levelOf(stand(79, 100))).toBe('fine')
    expect(levelOf(stand(80, 100))).toBe('warning')
    expect(levelOf(stand(99, 100))).toBe('warning')
    expect(levelOf(stand(100, 100))).toBe('used-up')
  })

  it('knows accounts without a limit, and with one of nothing', () => {
    expect(levelOf(stand(1e15, null))).toBe('unlimited')
    expect(percentUsed(stand(1e15, null))).toBe(0)
    expect(levelOf(stand(0, 0))).toBe('used-up')
    expect(percentUsed(stand(0, 0))).toBe(100)
  })

  it('fills the bar and no more when a limit was lowered', () => {
    expect(percentUsed(stand(500, 100))).toBe(100)
  })
})
