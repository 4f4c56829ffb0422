'use client'

import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import Link from 'next/link'
import { usePresetNames } from '@/components/presets/use-preset-names'
import { EmptyList } from '@/components/ui/empty-list'
import { ErrorNotice } from '@/components/ui/error-notice'
import { LinkButton } from '@/components/ui/link-button'
import type { FirstAnswer } from '@/lib/graphql/on-server'
import type { FirstJobs } from '@/lib/jobs/job-pages'
import { isNarrowed } from '@/lib/jobs/list-filters'
import type { PresetName } from '@/lib/presets/preset-names'
import { JobFilterBar } from './job-filter-bar'
import { JobsSkeleton } from './jobs-list'
import { JobsView, useRowHeight } from './jobs-view'
import { NO_FILTERS, useJobFilters } from './use-job-filters'
import { useJobs } from './use-jobs'

interface JobsPageProps {
  /** What the server has read for the address as it was asked for, if it could. */
  first: FirstJobs | null
  presets: FirstAnswer<PresetName[]> | null
}

export function JobsPage({ first: read, presets }: JobsPageProps) {
  usePresetNames(presets)
  const { filters, at, setFilters } = useJobFilters()
  const query = useJobs(filters, at, read)
  const { data, error, refetch, isFetchNextPageError } = query
  const narrowed = isNarrowed(filters)
  const rowHeight = useRowHeight()
  const [first] = data?.pages ?? []
  const isEmpty = data?.pages.every((page) => page.jobs.length === 0) ?? false

  return (
    <Stack gap="md" py="md">
      <Group justify="space-between">
        <Group gap="sm" align="baseline">
          <Title order={1} size="h2">
            Jobs
          </Title>
          <Text c="dimmed" role="status">
            {first && totalText(first.total, first.totalIsExact, narrowed)}
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
      {error && !isFetchNextPageError && (
        <ErrorNotice
          title={data ? 'The list is not up to date' : 'The list could not be read'}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && <JobsSkeleton />}
      {isEmpty && narrowed && (
        <EmptyList
          title="No job matches"
          hint="Look for another file name, or take a filter away."
          onClear={() => setFilters(NO_FILTERS)}
        />
      )}
      {isEmpty && !narrowed && (
        <EmptyList title="No jobs yet" hint="Upload a video, and its transcode appears here.">
          <LinkButton href="/upload">Upload a video</LinkButton>
        </EmptyList>
      )}
      {data && (
        <JobsView
          query={query}
          data={data}
          filters={filters}
          setFilters={setFilters}
          rowHeight={rowHeight}
        />
      )}
    </Stack>
  )
}

function totalText(total: number, isExact: boolean, narrowed: boolean): string {
  const count = `${total.toLocaleString('en')}${isExact ? '' : '+'}`
  return `${count} ${total === 1 ? 'job' : 'jobs'}${narrowed ? ' found' : ''}`
}
