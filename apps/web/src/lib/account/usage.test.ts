import { describe, expect, it } from 'vitest'
import type { GraphQLClient } from '@/lib/graphql/client'
import { byDay, byKey, fetchUsage, lastDays, sumOf, type UsageRow } from './usage'

function row(day: string, apiKeyId: string | null, rest: Partial<UsageRow> = {}): UsageRow {
  return {
    day,
    apiKeyId,
    requests: 1,
    jobs: 0,
    inputBytes: 0,
    outputBytes: 0,
    videoSeconds: 0,
    cpuSeconds: 0,
    cost: { currency: 'EUR', total: 0 },
    ...rest,
  }
}

describe('what was used by day', () => {
  it('has every day, those without any use too', () => {
    const rows = [row('2026-03-01', 'a', { jobs: 2 }), row('2026-03-01', null, { jobs: 1 })]
    const days = byDay(rows, '2026-02-27', '2026-03-02')
    expect(days.map(({ day, amounts }) => [day, amounts.jobs])).toEqual([
      ['2026-02-27', 0],
      ['2026-02-28', 0],
      ['2026-03-01', 3],
      ['2026-03-02', 0],
    ])
  })

  it('is counted in UTC', () => {
    const now = Date.parse('2026-03-01T00:30:00+02:00')
    expect(lastDays(7, now)).toEqual({ firstDay: '2026-02-22', lastDay: '2026-02-28' })
  })
})

it('adds up what was used with each key, the busiest first', () => {
  const rows = [
    row('2026-03-02', null, { requests: 5 }),
    row('2026-03-02', 'a', { requests: 4 }),
    row('2026-03-01', 'a', { requests: 3, cost: { currency: 'EUR', total: 0.5 } }),
  ]
  expect(byKey(rows).map(({ apiKeyId, amounts }) => [apiKeyId, amounts.requests])).toEqual([
    ['a', 7],
    [null, 5],
  ])
  expect(sumOf(rows)).toMatchObject({ requests: 12, cost: 0.5 })
})

describe('usage that does not fit into one answer', () => {
  /** Answers as the service does: the newest days first, so many rows and no more. */
  function clientOf(rows: UsageRow[]): GraphQLClient {
    const query = async (
      _: unknown,
      asked: { firstDay: string; lastDay: string; first: number },
    ) => ({
      usage: rows
        .filter(({ day }) => day >= asked.firstDay && day <= asked.lastDay)
        .slice(0, asked.first),
    })
    return { query } as unknown as GraphQLClient
  }

  it('is read whole, and nothing of it twice', async () => {
    const days = ['2026-03-05', '2026-03-04', '2026-03-03', '2026-03-02', '2026-03-01']
    const rows = days.flatMap((day) => Array.from({ length: 220 }, (_, n) => row(day, `key ${n}`)))
    const { signal } = new AbortController()
    const read = await fetchUsage(clientOf(rows), '2026-03-01', '2026-03-05', signal)
    expect(read).toEqual(rows)
  })
})
