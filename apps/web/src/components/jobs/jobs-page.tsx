'use client'

import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import Link from 'next/link'
import { ErrorNotice } from '@/components/ui/error-notice'
import { JobFilterBar } from './job-filter-bar'
import { JobsEmpty } from './jobs-empty'
import { JobsList, JobsSkeleton } from './jobs-list'
import { JobsPagination } from './jobs-pagination'
import { useJobFilters, useJobs } from './use-jobs'

export function JobsPage() {
  const [filters, setFilters] = useJobFilters()
  const { data, error, refetch, isPlaceholderData } = useJobs(filters)
  const narrowed = filters.status !== null || filters.search !== ''
  const clear = () => setFilters({ status: null, search: null, pages: null })

  return (
    <Stack gap="md" py="md">
      <Group justify="space-between">
        <Group gap="sm" align="baseline">
          <Title order={1} size="h2">
            Jobs
          </Title>
          <Text c="dimmed" role="status">
            {data &&
              `${data.total} ${data.total === 1 ? 'job' : 'jobs'}${narrowed ? ' found' : ''}`}
          </Text>
        </Group>
        <Button
          component={Link}
          href="/upload"
          leftSection={<IconUpload size={16} aria-hidden="true" />}
        >
          Upload
        </Button>
      </Group>
      <JobFilterBar filters={filters} onChange={setFilters} />
      {error && (
        <ErrorNotice
          title={data ? 'The list is not up to date' : 'The list could not be read'}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && <JobsSkeleton />}
      {data?.jobs.length === 0 && <JobsEmpty narrowed={narrowed} onClear={clear} />}
      {data && data.jobs.length > 0 && <JobsList jobs={data.jobs} stale={isPlaceholderData} />}
      {data && (
        <JobsPagination
          page={filters.pages.length + 1}
          hasNext={data.nextCursor !== null}
          disabled={isPlaceholderData}
          onPrevious={() => setFilters({ pages: filters.pages.slice(0, -1) })}
          onNext={() =>
            data.nextCursor && setFilters({ pages: [...filters.pages, data.nextCursor] })
          }
        />
      )}
    </Stack>
  )
}
