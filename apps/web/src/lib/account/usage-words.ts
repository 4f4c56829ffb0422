import { formatBytes, formatDuration } from '@/lib/format'
import type { Metric } from './usage'

const LABELS: Record<Metric, string> = {
  jobs: 'Jobs',
  requests: 'Requests',
  video: 'Length of sources',
  output: 'Published',
  input: 'Size of sources',
  cpu: 'CPU time',
  cost: 'Cost',
}

export function metricLabel(metric: Metric): string {
  return LABELS[metric]
}

/** An amount as people read it. `currency` as in ISO 4217, for what is said to cost. */
export function formatAmount(metric: Metric, amount: number, currency: string): string {
  switch (metric) {
    case 'video':
    case 'cpu':
      return formatDuration(amount)
    case 'output':
    case 'input':
      return formatBytes(amount)
    case 'cost':
      return formatCost(amount, currency)
    default:
      return amount.toLocaleString('en')
  }
}

/** Two digits that count for what is less than a cent, so that little is not shown as nothing. */
function formatCost(amount: number, currency: string): string {
  const little = amount > 0 && amount < 0.01
  return new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    ...(little ? { maximumSignificantDigits: 2 } : {}),
  }).format(amount)
}

/** A day such as "2026-11-22" for people: "22 Nov". It is one of UTC. */
export function formatDay(day: string, style: 'short' | 'long' = 'short'): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'short',
    ...(style === 'long' ? { year: 'numeric', weekday: 'short' } : {}),
  }).format(Date.parse(day))
}

/** The end of a scale that reads well: 1, 2 or 5 and zeros. */
export function niceMaximum(largest: number): number {
  if (largest <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(largest))
  const step = [1, 2, 5, 10].find((factor) => factor * power >= largest) ?? 10
  return step * power
}
