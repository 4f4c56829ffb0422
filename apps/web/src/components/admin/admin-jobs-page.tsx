'use client'

import { Button, Stack } from '@mantine/core'
import { IconRotateClockwise, IconTrash } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useServices } from '@/components/providers/services'
import { useSessionExpiry } from '@/components/providers/use-session'
import { CursorPager } from '@/components/ui/cursor-pager'
import { EmptyList } from '@/components/ui/empty-list'
import { ErrorNotice } from '@/components/ui/error-notice'
import { fetchAdminJobs } from '@/lib/admin/everybodys-jobs'
import { LIVE_INTERVAL_MS } from '@/lib/admin/overview'
import { JOB_STATUSES } from '@/lib/jobs/job'
import { AdminJobsFilters } from './admin-jobs-filters'
import { AdminJobsList } from './admin-jobs-list'
import { openDeleteOldJobs } from './delete-old-jobs'
import { ListSkeleton } from './list-skeleton'
import { PageHeader } from './page-header'
import { useOwners } from './use-owners'
import { useRestartFailed } from './use-restart-failed'

const CLEARED = { status: null, search: null, owner: null, pages: null }

/** What is listed, kept in the address. */
function useFilters() {
  return useQueryStates(
    {
      status: parseAsStringLiteral(JOB_STATUSES),
      search: parseAsString.withDefault(''),
      owner: parseAsString,
      pages: parseAsArrayOf(parseAsString).withDefault([]),
    },
    { history: 'push' },
  )
}

export type AdminJobFilters = ReturnType<typeof useFilters>[0]

export function AdminJobsPage() {
  const { rest } = useServices()
  const ownerName = useOwners()
  const [filters, setFilters] = useFilters()
  const { status, search, owner, pages } = filters
  const after = pages.at(-1) ?? null
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['admin', 'jobs', { status, search, owner, after }],
    queryFn: ({ signal }) => fetchAdminJobs(rest, { status, search, owner, after }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: LIVE_INTERVAL_MS,
  })
  useSessionExpiry(error)
  const { restart, confirmRestart } = useRestartFailed(owner, owner && ownerName(owner))
  const narrowed = status !== null || search !== '' || owner !== null
  return (
    <Stack gap="md" py="xs">
      <PageHeader title="Everybody’s jobs" count={data && total(data.total, data.totalIsExact)}>
        <Button
          variant="default"
          loading={restart.isPending}
          leftSection={<IconRotateClockwise size={16} aria-hidden="true" />}
          onClick={() => void confirmRestart()}
        >
          Restart failed
        </Button>
        <Button
          variant="default"
          leftSection={<IconTrash size={16} aria-hidden="true" />}
          onClick={openDeleteOldJobs}
        >
          Delete old jobs
        </Button>
      </PageHeader>
      <AdminJobsFilters filters={filters} ownerName={ownerName} onChange={setFilters} />
      {error && (
        <ErrorNotice
          title={data ? 'The list is not up to date' : 'The list could not be read'}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && <ListSkeleton />}
      {data?.jobs.length === 0 && (
        <EmptyList
          title={narrowed ? 'No job matches' : 'No jobs yet'}
          hint={
            narrowed
              ? 'Look for another file name, status or owner.'
              : 'Jobs appear here as soon as somebody uploads a video.'
          }
          onClear={narrowed ? () => void setFilters(CLEARED) : undefined}
        />
      )}
      {data && data.jobs.length > 0 && (
        <AdminJobsList
          jobs={data.jobs}
          stale={isPlaceholderData}
          ownerName={ownerName}
          onOwner={(id) => void setFilters({ owner: id, pages: null })}
        />
      )}
      {data && (
        <CursorPager
          pages={pages}
          nextCursor={data.nextCursor}
          disabled={isPlaceholderData}
          onChange={(next) => void setFilters({ pages: next })}
        />
      )}
    </Stack>
  )
}

function total(count: number, isExact: boolean): string {
  const jobs = `${count.toLocaleString('en')} ${count === 1 ? 'job' : 'jobs'}`
  return isExact ? jobs : `${jobs} or more`
}
