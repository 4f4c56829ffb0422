'use client'

import { Button, Stack, Text } from '@mantine/core'
import { IconHourglass, IconMovieOff } from '@tabler/icons-react'
import Link from 'next/link'
import type { JobStatus } from '@/lib/jobs/job'
import type { WatchedVideo } from '@/lib/videos/video'
import classes from './watch.module.css'

/** In the player's place, while nothing of the video can be played. */
export function NotPlayable({ video }: { video: WatchedVideo }) {
  const { latestJobId, latestJobStatus, isOwn } = video
  const { title, text, waiting } = isOwn ? forOwner(latestJobStatus) : FOR_OTHERS
  const Icon = waiting ? IconHourglass : IconMovieOff
  return (
    <Stack className={classes.notPlayable} align="center" justify="center" gap="xs">
      <Icon size={32} aria-hidden="true" />
      <div role="status">
        <Text fw={600}>{title}</Text>
        <Text size="sm">{text}</Text>
      </div>
      {latestJobId && (
        <Button component={Link} href={`/jobs/${latestJobId}`} variant="default" mt="xs">
          {waiting ? 'Follow the transcode' : 'To its job'}
        </Button>
      )}
    </Stack>
  )
}

const FOR_OTHERS = {
  title: 'Not ready yet',
  text: 'This page plays the video as soon as there is something to play.',
  waiting: true,
}

function forOwner(status: JobStatus | null) {
  if (status === 'queued' || status === 'processing') {
    return { ...FOR_OTHERS, title: 'Being prepared' }
  }
  const reasons: Partial<Record<JobStatus, string>> = {
    failed: 'Its transcode failed. The job’s page says why, and what to do.',
    cancelled: 'Its transcode was cancelled. The job can be started again.',
    paused: 'Its transcode is paused. The job can be resumed.',
    completed: 'Its job made nothing that plays here.',
  }
  const text = status && reasons[status]
  return {
    title: 'There is nothing to play',
    text: text ?? 'It was not transcoded yet. Start a job for it, and it plays here.',
    waiting: false,
  }
}
