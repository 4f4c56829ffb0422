'use client'

import { Anchor, Button, Group, Skeleton, Stack, Title } from '@mantine/core'
import { IconArrowLeft, IconMovie, IconPlayerPlay, IconTrash } from '@tabler/icons-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { ErrorNotice } from '@/components/ui/error-notice'
import { MessagePage } from '@/components/ui/message-page'
import { ApiError } from '@/lib/rest/problem'
import type { EditableVideo } from '@/lib/videos/actions'
import { watchPath } from '@/lib/videos/video'
import { EditForm } from './edit-form'
import { ThumbnailPanel } from './thumbnail-panel'
import { useEditedVideo } from './use-edited-video'
import { useVideoActions } from './use-video-actions'
import classes from './videos.module.css'

export function EditPage({ id }: { id: string }) {
  const { data: video, error, refetch } = useEditedVideo(id)
  const missing = error instanceof ApiError && [404, 422].includes(error.status)
  useEffect(() => {
    if (video) document.title = `Edit ${video.title} · Vidmill`
  }, [video])
  if (missing || (video && !video.own)) {
    return (
      <MessagePage
        title="There is no such video of yours"
        action={{ href: '/videos', label: 'To my videos' }}
      >
        It was deleted, its address is mistyped, or it belongs to somebody else.
      </MessagePage>
    )
  }
  return (
    <Stack gap="md" py="md">
      {error && (
        <ErrorNotice
          title={video ? 'This page is not up to date' : 'The video could not be read'}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {video && <EditHeader video={video} />}
      {video && (
        <div className={classes.columns}>
          <EditForm key={video.id} video={video} />
          <ThumbnailPanel video={video} />
        </div>
      )}
      {!video && !error && <EditSkeleton />}
    </Stack>
  )
}

function EditHeader({ video }: { video: EditableVideo }) {
  const { confirmDelete } = useVideoActions()
  const router = useRouter()
  const jobId = video.own?.latest_job_id
  return (
    <header>
      <Anchor component={Link} href="/videos" size="sm">
        <Group component="span" gap={4} display="inline-flex">
          <IconArrowLeft size={14} aria-hidden="true" />
          My videos
        </Group>
      </Anchor>
      <Group justify="space-between" align="start" mt={4}>
        <Title order={1} size="h2" style={{ overflowWrap: 'anywhere', flex: '1 1 18rem' }}>
          {video.title}
        </Title>
        <Group gap="xs">
          <Button
            component={Link}
            href={watchPath(video.id)}
            variant="default"
            leftSection={<IconPlayerPlay size={16} aria-hidden="true" />}
          >
            Watch
          </Button>
          {jobId && (
            <Button
              component={Link}
              href={`/jobs/${jobId}`}
              variant="default"
              leftSection={<IconMovie size={16} aria-hidden="true" />}
            >
              Its job
            </Button>
          )}
          <Button
            variant="default"
            leftSection={<IconTrash size={16} aria-hidden="true" />}
            onClick={() => confirmDelete([video], () => router.push('/videos'))}
          >
            Delete
          </Button>
        </Group>
      </Group>
    </header>
  )
}

function EditSkeleton() {
  return (
    <div aria-busy="true">
      <Skeleton height={30} width="min(26rem, 80%)" mb="lg" />
      <div className={classes.columns} aria-hidden="true">
        <Skeleton height={420} radius="md" />
        <Skeleton height={260} radius="md" />
      </div>
    </div>
  )
}
