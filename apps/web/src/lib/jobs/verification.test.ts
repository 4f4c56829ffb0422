import { describe, expect, it } from 'vitest'
import type { Verification } from './job'
import { verificationText } from './verification'

function verification(rest: Partial<Verification>): Verification {
  return {
    status: 'running',
    progress: 0,
    startedAt: null,
    finishedAt: null,
    files: 0,
    problems: [],
    problemCount: 0,
    ...rest,
  }
}

describe('a verification in words', () => {
  it('is offered while none was asked for', () => {
    expect(verificationText(null)).toMatch(/It can be verified again\.$/)
  })

  it('waits for a worker before it has begun', () => {
    expect(verificationText(verification({}))).toBe('Waiting for a free worker')
    const begun = verification({ startedAt: '2026-03-01T12:00:00Z', progress: 40 })
    expect(verificationText(begun)).toBe('Being verified, 40 %')
  })

  it('tells how much was looked at, and how much is wrong', () => {
    const passed = verification({ status: 'passed', files: 1234 })
    expect(verificationText(passed)).toBe('Passed: 1,234 files looked at')
    // The list of problems has an end, their number has not.
    const failed = verification({ status: 'failed', problemCount: 120 })
    expect(verificationText(failed)).toBe('Not passed: 120 problems')
    expect(verificationText({ ...failed, problemCount: 1 })).toBe('Not passed: 1 problem')
  })
})
