'use client'

import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import Link from 'next/link'
import { CursorPager } from '@/components/ui/cursor-pager'
import { EmptyList } from '@/components/ui/empty-list'
import { ErrorNotice } from '@/components/ui/error-notice'
import { LinkButton } from '@/components/ui/link-button'
import { BulkBar } from './bulk-bar'
import { useOwnVideoFilters, useOwnVideos } from './use-own-videos'
import { useSelection } from './use-selection'
import { VideoFilterBar } from './video-filter-bar'
import { VideosList, VideosSkeleton } from './videos-list'

export function VideosPage() {
  const [filters, setFilters] = useOwnVideoFilters()
  const { data, error, refetch, isPlaceholderData } = useOwnVideos(filters)
  const selection = useSelection(data?.videos ?? [])
  const narrowed = filters.visibility !== null || filters.search !== ''
  const clear = () => setFilters({ visibility: null, search: null, pages: null })

  return (
    <Stack gap="md" py="md">
      <Group justify="space-between">
        <Group gap="sm" align="baseline">
          <Title order={1} size="h2">
            My videos
          </Title>
          <Text c="dimmed" role="status">
            {data &&
              `${data.total} ${data.total === 1 ? 'video' : 'videos'}${narrowed ? ' found' : ''}`}
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
      <VideoFilterBar filters={filters} onChange={setFilters} />
      {error && (
        <ErrorNotice
          title={data ? 'The list is not up to date' : 'The list could not be read'}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && <VideosSkeleton />}
      {data?.videos.length === 0 && narrowed && (
        <EmptyList
          title="No video matches"
          hint="Look for other words, or in another visibility."
          onClear={clear}
        />
      )}
      {data?.videos.length === 0 && !narrowed && (
        <EmptyList title="No videos yet" hint="Upload one: it is private until you say otherwise.">
          <LinkButton href="/upload">Upload a video</LinkButton>
        </EmptyList>
      )}
      {data && data.videos.length > 0 && (
        <>
          <BulkBar selection={selection} />
          <VideosList videos={data.videos} selection={selection} stale={isPlaceholderData} />
        </>
      )}
      {data && (
        <CursorPager
          pages={filters.pages}
          nextCursor={data.nextCursor}
          disabled={isPlaceholderData}
          onChange={(pages) => setFilters({ pages })}
        />
      )}
    </Stack>
  )
}
