import type { ResultOf } from 'gql.tada'
import type { GraphQLClient } from '@/lib/graphql/client'
import { graphql } from '@/lib/graphql/tada'

const USAGE = graphql(`
  query OwnUsage($firstDay: Date!, $lastDay: Date!, $first: Int!) {
    usage(firstDay: $firstDay, lastDay: $lastDay, first: $first, mine: true) {
      day
      apiKeyId
      requests
      jobs
      inputBytes
      outputBytes
      videoSeconds
      cpuSeconds
      cost {
        currency
        total
      }
    }
  }
`)

const MAX_ROWS = 500

/** What was used on one day with one key. */
export type UsageRow = ResultOf<typeof USAGE>['usage'][number]

/** One's own usage in this span of days, which are such as "2026-11-22", in UTC. */
export async function fetchUsage(
  client: GraphQLClient,
  firstDay: string,
  lastDay: string,
  signal: AbortSignal,
): Promise<UsageRow[]> {
  const rows: UsageRow[] = []
  let until = lastDay
  for (;;) {
    const asked = { firstDay, lastDay: until, first: MAX_ROWS }
    const { usage } = await client.query(USAGE, asked, signal)
    const oldest = usage.at(-1)?.day
    if (usage.length < MAX_ROWS || oldest === undefined || oldest === until) {
      return [...rows, ...usage]
    }
    // The oldest day may go on beyond the page: it is asked for again, from its beginning.
    rows.push(...usage.filter(({ day }) => day !== oldest))
    until = oldest
  }
}

export const METRICS = ['jobs', 'requests', 'video', 'output', 'input', 'cpu', 'cost'] as const

export type Metric = (typeof METRICS)[number]

export function amountOf(row: UsageRow, metric: Metric): number {
  switch (metric) {
    case 'video':
      return row.videoSeconds
    case 'output':
      return row.outputBytes
    case 'input':
      return row.inputBytes
    case 'cpu':
      return row.cpuSeconds
    case 'cost':
      return row.cost.total
    default:
      return row[metric]
  }
}

export type Amounts = Record<Metric, number>

export function sumOf(rows: UsageRow[]): Amounts {
  const sums = { jobs: 0, requests: 0, video: 0, output: 0, input: 0, cpu: 0, cost: 0 }
  for (const row of rows) {
    for (const metric of METRICS) sums[metric] += amountOf(row, metric)
  }
  return sums
}

export interface DayOfUsage {
  /** Such as "2026-11-22". */
  day: string
  amounts: Amounts
}

/** Every day of the span, the earliest first, those without any use too. */
export function byDay(rows: UsageRow[], firstDay: string, lastDay: string): DayOfUsage[] {
  const found = grouped(rows, ({ day }) => day)
  return daysFrom(firstDay, lastDay).map((day) => ({ day, amounts: sumOf(found.get(day) ?? []) }))
}

export interface KeyUsage {
  /** Null: in sessions. */
  apiKeyId: string | null
  amounts: Amounts
}

/** What was used with each key, the most requests first. */
export function byKey(rows: UsageRow[]): KeyUsage[] {
  return [...grouped(rows, ({ apiKeyId }) => apiKeyId)]
    .map(([apiKeyId, used]) => ({ apiKeyId, amounts: sumOf(used) }))
    .sort((a, b) => b.amounts.requests - a.amounts.requests)
}

function grouped<Key>(rows: UsageRow[], keyOf: (row: UsageRow) => Key): Map<Key, UsageRow[]> {
  const groups = new Map<Key, UsageRow[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return groups
}

const DAY_MS = 86_400_000

/** The last `count` days up to today, as UTC has them. */
export function lastDays(count: number, now: number): { firstDay: string; lastDay: string } {
  return { firstDay: dayOf(now - (count - 1) * DAY_MS), lastDay: dayOf(now) }
}

function dayOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10)
}

function daysFrom(firstDay: string, lastDay: string): string[] {
  const days: string[] = []
  for (let at = Date.parse(firstDay); at <= Date.parse(lastDay); at += DAY_MS) days.push(dayOf(at))
  return days
}
