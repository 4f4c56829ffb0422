import { formatBytes } from '@/lib/format'

/** Where the account stands with a quota; `limit` null: none. */
export interface QuotaState {
  limit: number | null
  used: number
}

export interface Quotas {
  jobsPerDay: QuotaState
  storedBytes: QuotaState
}

interface Sized {
  name: string
  size: number
}

/** Files that the account has room for, in their order, and a sentence for each other one. */
export function admitWithin<T extends Sized>(
  files: T[],
  quotas: Quotas,
  /** Uploads under way, of which each is yet to post its job. */
  waiting: number,
): { admitted: T[]; rejections: string[] } {
  let jobs = room(quotas.jobsPerDay) - waiting
  let bytes = room(quotas.storedBytes)
  const admitted: T[] = []
  const rejections: string[] = []
  for (const file of files) {
    if (jobs < 1) {
      rejections.push(
        `“${file.name}” would be one job too many: your account may start ${quotas.jobsPerDay.limit} a day. Upload it tomorrow, or ask an administrator for more.`,
      )
    } else if (file.size > bytes) {
      rejections.push(
        `“${file.name}” needs ${formatBytes(file.size)}, and your account has ${formatBytes(Math.max(0, bytes))} left of ${formatBytes(quotas.storedBytes.limit ?? 0)}. Delete videos that you no longer need, or ask an administrator for more.`,
      )
    } else {
      jobs -= 1
      bytes -= file.size
      admitted.push(file)
    }
  }
  return { admitted, rejections }
}

/** How much of a quota is used, 0 to 100 and more; null where there is no limit. */
export function usedPercent({ limit, used }: QuotaState): number | null {
  if (limit === null) return null
  return limit === 0 ? 100 : (used / limit) * 100
}

function room({ limit, used }: QuotaState): number {
  return limit === null ? Number.POSITIVE_INFINITY : limit - used
}
