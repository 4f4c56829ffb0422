/** Where an account stands with a quota. */
export interface QuotaStand {
  /** Null: no limit. */
  limit: number | null
  used: number
  /** RFC 3339; null: only by freeing something. */
  resetsAt: string | null
}

/** From here on somebody should know that it will not last. */
const WARNING_PERCENT = 80

export type QuotaLevel = 'unlimited' | 'fine' | 'warning' | 'used-up'

export function percentUsed({ limit, used }: QuotaStand): number {
  if (limit === null) return 0
  return limit === 0 ? 100 : Math.min(100, (used / limit) * 100)
}

export function levelOf(stand: QuotaStand): QuotaLevel {
  if (stand.limit === null) return 'unlimited'
  if (stand.used >= stand.limit) return 'used-up'
  return percentUsed(stand) >= WARNING_PERCENT ? 'warning' : 'fine'
}
