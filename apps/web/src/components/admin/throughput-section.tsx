'use client'

import { SegmentedControl, Skeleton, Text } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useGraphQL } from '@/components/providers/use-graphql'
import { ErrorNotice } from '@/components/ui/error-notice'
import { Section } from '@/components/ui/section'
import { LIVE_INTERVAL_MS } from '@/lib/admin/overview'
import {
  BUCKETS,
  type Bucket,
  fetchThroughput,
  type Piece,
  spanLabel,
  totalsOf,
} from '@/lib/admin/throughput'
import { counted, formatBytes, formatDuration } from '@/lib/format'
import { ThroughputChart } from './throughput-chart'
import { ThroughputTable } from './throughput-table'

const LABELS: Record<Bucket, string> = { minute: 'Minutes', hour: 'Hours', day: 'Days' }

/** How many jobs ended when, as a chart and as a table. */
export function ThroughputSection() {
  const graphql = useGraphQL()
  const [bucket, setBucket] = useQueryState(
    'by',
    parseAsStringLiteral(BUCKETS).withDefault('hour').withOptions({ history: 'push' }),
  )
  const { data, error, refetch } = useQuery({
    queryKey: ['admin', 'throughput', bucket],
    // The pieces know what they are pieces of, so that those of the last choice are labelled as such.
    queryFn: async ({ signal }) => ({
      bucket,
      pieces: await fetchThroughput(graphql, bucket, signal),
    }),
    placeholderData: keepPreviousData,
    refetchInterval: LIVE_INTERVAL_MS,
  })
  return (
    <Section
      title="Throughput"
      aside={
        <SegmentedControl
          size="xs"
          aria-label="Pieces of the chart"
          value={bucket}
          onChange={(value) => void setBucket(value as Bucket)}
          data={BUCKETS.map((value) => ({ value, label: LABELS[value] }))}
        />
      }
    >
      {error && !data && (
        <ErrorNotice
          title="The series could not be read"
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && <Skeleton height={250} />}
      {data && (
        <>
          <Text size="sm" c="dimmed" mb="xs">
            {summary(data.bucket, data.pieces)}
          </Text>
          <ThroughputChart bucket={data.bucket} pieces={data.pieces} />
          <ThroughputTable bucket={data.bucket} pieces={data.pieces} />
        </>
      )}
    </Section>
  )
}

function summary(bucket: Bucket, pieces: Piece[]): string {
  const { completed, failed, videoSeconds, outputBytes } = totalsOf(pieces)
  if (completed + failed === 0) return `No job ended ${spanLabel(bucket)}.`
  return (
    `${counted(completed, 'job')} completed and ${failed.toLocaleString('en')} failed ` +
    `${spanLabel(bucket)}: ${formatDuration(videoSeconds)} of video made into ` +
    `${formatBytes(outputBytes)}.`
  )
}
