import type { ResultOf } from 'gql.tada'
import type { GraphQLClient } from '@/lib/graphql/client'
import { upper } from '@/lib/graphql/enums'
import { graphql } from '@/lib/graphql/tada'

const THROUGHPUT = graphql(`
  query Throughput($bucket: Bucket!, $since: DateTime!) {
    throughput(bucket: $bucket, since: $since) {
      start
      completed
      failed
      videoSeconds
      outputBytes
    }
  }
`)

export const BUCKETS = ['minute', 'hour', 'day'] as const

export type Bucket = (typeof BUCKETS)[number]
export type Piece = ResultOf<typeof THROUGHPUT>['throughput'][number]

/** As many pieces as can be told apart on a phone. */
const SPANS: Record<Bucket, { pieces: number; milliseconds: number; label: string }> = {
  minute: { pieces: 60, milliseconds: 60_000, label: 'in the last hour' },
  hour: { pieces: 48, milliseconds: 3_600_000, label: 'in the last 48 hours' },
  day: { pieces: 30, milliseconds: 86_400_000, label: 'in the last 30 days' },
}

export function spanLabel(bucket: Bucket): string {
  return SPANS[bucket].label
}

/** When a series of this bucket that ends at `now` (milliseconds since 1970) begins. */
export function seriesStart(bucket: Bucket, now: number): string {
  const { pieces, milliseconds } = SPANS[bucket]
  return new Date(now - (pieces - 1) * milliseconds).toISOString()
}

/** Everybody's jobs that ended, for an administrator. */
export async function fetchThroughput(
  client: GraphQLClient,
  bucket: Bucket,
  signal: AbortSignal,
): Promise<Piece[]> {
  const since = seriesStart(bucket, Date.now())
  const { throughput } = await client.query(THROUGHPUT, { bucket: upper(bucket), since }, signal)
  return throughput
}

export type Totals = Omit<Piece, 'start'>

export function totalsOf(pieces: Piece[]): Totals {
  return pieces.reduce<Totals>(
    (sum, piece) => ({
      completed: sum.completed + piece.completed,
      failed: sum.failed + piece.failed,
      videoSeconds: sum.videoSeconds + piece.videoSeconds,
      outputBytes: sum.outputBytes + piece.outputBytes,
    }),
    { completed: 0, failed: 0, videoSeconds: 0, outputBytes: 0 },
  )
}

/**
 * The top of an axis that starts at 0: the next of 1, 2, 5, 10, 20, … that holds `largest`. Halves of
 * it are whole but for 1 and 5, so that an axis is labelled at its ends alone.
 */
export function axisTop(largest: number): number {
  if (largest <= 1) return 1
  const power = 10 ** Math.floor(Math.log10(largest))
  return [1, 2, 5, 10].map((step) => step * power).find((top) => top >= largest) ?? 10 * power
}

/** When a piece was, as an axis or a table says it. Days are cut in UTC, the others in both zones. */
export function pieceLabel(bucket: Bucket, start: string): string {
  const day = { month: 'short', day: 'numeric' } as const
  if (bucket === 'day') return format({ ...day, timeZone: 'UTC' }, start)
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  return format(bucket === 'minute' ? time : { ...day, ...time }, start)
}

function format(options: Intl.DateTimeFormatOptions, start: string): string {
  return new Intl.DateTimeFormat('en', options).format(new Date(start))
}
