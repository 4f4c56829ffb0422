import { counted, formatPercent } from '@/lib/format'
import type { Verification } from './job'

/** Where a verification stands, or what it found, in a few words. */
export function verificationText(verification: Verification | null): string {
  if (!verification) {
    return 'Every file was verified before it was published. It can be verified again.'
  }
  const { status, startedAt, progress, files, problemCount } = verification
  if (status === 'running') {
    return startedAt ? `Being verified, ${formatPercent(progress)}` : 'Waiting for a free worker'
  }
  if (status === 'passed') return `Passed: ${counted(files, 'file')} looked at`
  return `Not passed: ${counted(problemCount, 'problem')}`
}
