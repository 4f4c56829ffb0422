'use client'

import { Button, Group, Text, Title } from '@mantine/core'
import { IconEdit, IconKeyboard } from '@tabler/icons-react'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { RelativeTime } from '@/components/ui/relative-time'
import { VisibilityBadge } from '@/components/videos/visibility'
import { editPath, viewsText, type WatchedVideo } from '@/lib/videos/video'

/** For owners alone: other visitors need not wait for it. */
const DownloadMenu = dynamic(() => import('./download-menu'), { ssr: false })

interface VideoHeaderProps {
  video: WatchedVideo
  views: number
  onHelp: () => void
}

export function VideoHeader({ video, views, onHelp }: VideoHeaderProps) {
  return (
    <header>
      <Title order={1} size="h3" style={{ overflowWrap: 'anywhere' }}>
        {video.title}
      </Title>
      <Group justify="space-between" mt="xs" gap="sm">
        <Group gap="xs">
          <Text component="p" m={0} c="dimmed" size="sm">
            {viewsText(views)} · <RelativeTime value={video.createdAt} focusable />
          </Text>
          {video.visibility !== 'public' && <VisibilityBadge visibility={video.visibility} />}
        </Group>
        <Group gap="xs">
          {video.isOwn && video.latestJobId && <DownloadMenu jobId={video.latestJobId} />}
          {video.isOwn && (
            <Button
              component={Link}
              href={editPath(video.id)}
              variant="default"
              size="xs"
              leftSection={<IconEdit size={16} aria-hidden="true" />}
            >
              Edit
            </Button>
          )}
          <Button
            variant="default"
            size="xs"
            leftSection={<IconKeyboard size={16} aria-hidden="true" />}
            onClick={onHelp}
          >
            Shortcuts
          </Button>
        </Group>
      </Group>
    </header>
  )
}
