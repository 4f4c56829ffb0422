import { describe, expect, it } from 'vitest'
import { formatAmount, formatDay, niceMaximum } from './usage-words'

describe('an amount that was used', () => {
  it('has the unit of its kind', () => {
    expect(formatAmount('jobs', 1234, 'EUR')).toBe('1,234')
    expect(formatAmount('video', 185, 'EUR')).toBe('3 min 5 s')
    expect(formatAmount('output', 1_500_000, 'EUR')).toBe('1.5 MB')
  })

  it('does not show little money as none', () => {
    expect(formatAmount('cost', 1.5, 'EUR')).toBe('€1.50')
    expect(formatAmount('cost', 0.00123, 'USD')).toBe('$0.0012')
    expect(formatAmount('cost', 0, 'EUR')).toBe('€0.00')
  })
})

it('names days as UTC has them', () => {
  expect(formatDay('2026-11-22')).toBe('22 Nov')
  expect(formatDay('2026-11-22', 'long')).toMatch(/Sun.*22 Nov 2026/)
})

it('ends a scale where it reads well', () => {
  expect([0, 1, 3, 7, 10, 120, 0.03].map(niceMaximum)).toEqual([1, 1, 5, 10, 10, 200, 0.05])
})
