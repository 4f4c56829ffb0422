'use client'

import { Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useServices } from '@/components/providers/services'
import { useGraphQL } from '@/components/providers/use-graphql'
import { useSessionExpiry } from '@/components/providers/use-session'
import { ErrorNotice } from '@/components/ui/error-notice'
import { RelativeTime } from '@/components/ui/relative-time'
import { fetchOverview, LIVE_INTERVAL_MS } from '@/lib/admin/overview'
import classes from './admin.module.css'
import { FailuresSection, JobsByStatusSection, QueuesSection } from './breakdowns'
import { HealthNotices } from './health-notices'
import { KeyFigures } from './key-figures'
import { PageHeader } from './page-header'
import { ThroughputSection } from './throughput-section'

export function OverviewPage() {
  const { rest } = useServices()
  const graphql = useGraphQL()
  const { data, error, refetch } = useQuery({
    queryKey: ['admin', 'overview'],
    queryFn: ({ signal }) => fetchOverview(graphql, rest, signal),
    refetchInterval: LIVE_INTERVAL_MS,
  })
  useSessionExpiry(error)
  return (
    <Stack gap="md" py="xs">
      <PageHeader title="Administration" />
      {error && (
        <ErrorNotice
          title={data ? 'The figures are not up to date' : 'The figures could not be read'}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && <FiguresSkeleton />}
      {data && (
        <>
          <HealthNotices health={data.health} />
          <KeyFigures overview={data} />
        </>
      )}
      <ThroughputSection />
      {data && (
        <div className={classes.two}>
          <JobsByStatusSection statistics={data.statistics} />
          <QueuesSection queues={data.queues} />
          <FailuresSection statistics={data.statistics} />
        </div>
      )}
      {data && <Checked at={data.health.checked_at} />}
    </Stack>
  )
}

function Checked({ at }: { at: string }) {
  return (
    <p className={classes.ends}>
      <span>
        Read <RelativeTime value={at} />, and again every few seconds while you look.
      </span>
    </p>
  )
}

function FiguresSkeleton() {
  return (
    <div className={classes.figures} aria-busy="true">
      <span role="status" className="visually-hidden">
        Reading the figures
      </span>
      {['queue', 'workers', 'jobs', 'letters', 'storage', 'accounts'].map((name) => (
        <Skeleton key={name} height={98} radius="md" aria-hidden="true" />
      ))}
    </div>
  )
}
