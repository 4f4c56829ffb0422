'use client'

import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useGraphQL } from '@/components/providers/use-graphql'
import { useSessionExpiry } from '@/components/providers/use-session'
import { EmptyList } from '@/components/ui/empty-list'
import { ErrorNotice } from '@/components/ui/error-notice'
import { LIVE_INTERVAL_MS } from '@/lib/admin/overview'
import { fetchWorkers } from '@/lib/admin/workers'
import { counted } from '@/lib/format'
import classes from './admin.module.css'
import { ListSkeleton } from './list-skeleton'
import { PageHeader } from './page-header'
import { useDrain, WORKERS_KEY } from './use-drain'
import { WorkerCard } from './worker-card'

export function WorkersPage() {
  const graphql = useGraphQL()
  const {
    data: workers,
    error,
    refetch,
  } = useQuery({
    queryKey: WORKERS_KEY,
    queryFn: ({ signal }) => fetchWorkers(graphql, signal),
    refetchInterval: LIVE_INTERVAL_MS,
  })
  useSessionExpiry(error)
  const { drain, undrain } = useDrain(workers ?? [])
  return (
    <Stack gap="md" py="xs">
      <PageHeader title="Workers" count={workers && counted(workers.length, 'worker')} />
      {error && (
        <ErrorNotice
          title={workers ? 'The list is not up to date' : 'The workers could not be read'}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {!workers && !error && <ListSkeleton rows={2} />}
      {workers?.length === 0 && (
        <EmptyList
          title="No worker was heard of in the last day"
          hint="Start one: until then every job waits."
        />
      )}
      {workers && workers.length > 0 && (
        <ul className={classes.workers} aria-label="Workers">
          {workers.map((worker) => (
            <WorkerCard key={worker.id} worker={worker} onDrain={drain} onUndrain={undrain} />
          ))}
        </ul>
      )}
    </Stack>
  )
}
