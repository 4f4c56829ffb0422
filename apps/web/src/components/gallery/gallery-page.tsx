'use client'

import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useQueryStates } from 'nuqs'
import { useTransition } from 'react'
import { useSession } from '@/components/providers/use-session'
import { ErrorNotice } from '@/components/ui/error-notice'
import { type GalleryFilters, galleryParsers, isNarrowed } from '@/lib/videos/gallery-filters'
import type { VideosPage } from '@/lib/videos/queries'
import { GalleryEmpty } from './gallery-empty'
import { GalleryFilterBar } from './gallery-filter-bar'
import { GalleryPagination } from './gallery-pagination'
import { TopicLinks } from './topic-links'
import { VideoGrid } from './video-grid'

interface GalleryPageProps {
  filters: GalleryFilters
  /** Null when it could not be read, for the reason in `failure`. */
  page: VideosPage | null
  failure: string | null
}

/** What everybody may see. The server reads it anew whenever the address changes. */
export function GalleryPage({ filters, page, failure }: GalleryPageProps) {
  const [pending, startTransition] = useTransition()
  const router = useRouter()
  const [, setFilters] = useQueryStates(galleryParsers, {
    history: 'push',
    shallow: false,
    startTransition,
  })
  const narrowed = isNarrowed(filters)
  return (
    <Stack gap="md" py="md">
      <Group justify="space-between">
        <Group gap="sm" align="baseline">
          <Title order={1} size="h2">
            Gallery
          </Title>
          <Text c="dimmed" role="status">
            {page && countText(page.total, narrowed)}
          </Text>
        </Group>
        <UploadButton />
      </Group>
      <GalleryFilterBar filters={filters} onChange={setFilters} />
      <TopicLinks filters={filters} videos={page?.videos ?? []} />
      {failure !== null && (
        <ErrorNotice
          title="The gallery could not be read"
          error={failure}
          onRetry={() => startTransition(router.refresh)}
        />
      )}
      {page?.videos.length === 0 && <GalleryEmpty narrowed={narrowed} />}
      {page && page.videos.length > 0 && <VideoGrid videos={page.videos} stale={pending} />}
      {page && <GalleryPagination filters={filters} nextCursor={page.nextCursor} />}
    </Stack>
  )
}

function countText(total: number, narrowed: boolean): string {
  return `${total.toLocaleString('en')} ${total === 1 ? 'video' : 'videos'}${narrowed ? ' found' : ''}`
}

function UploadButton() {
  const { data: user } = useSession()
  if (!user) return null
  return (
    <Button
      component={Link}
      href="/upload"
      leftSection={<IconUpload size={16} aria-hidden="true" />}
    >
      Upload
    </Button>
  )
}
