'use client'

import { Anchor, Group, Paper, Text } from '@mantine/core'
import Link from 'next/link'
import { PlayerFrame } from '@/components/player/player-frame'
import { isActive, type JobDetail } from '@/lib/jobs/job'
import { watchPath } from '@/lib/videos/video'
import classes from './player-panel.module.css'

export function PlayerPanel({ job, hlsUrl }: { job: JobDetail; hlsUrl: string }) {
  const soundOnly = !job.tasks.some(({ kind }) => kind === 'video')
  const { width = null, height = null } = (!soundOnly && job.source) || {}
  return (
    <Paper withBorder bg="#000" className={classes.panel}>
      <PlayerFrame
        title={job.filename}
        playback={{ dashUrl: null, posterUrl: null, storyboardUrl: null, ...job.playback, hlsUrl }}
        width={width}
        height={height}
      />
      <Group justify="space-between" p="xs" px="md" c="gray.3" gap="xs">
        <Text size="sm">
          {isActive(job.status) && 'Plays already; the rest is still being made.'}
        </Text>
        <Anchor component={Link} href={watchPath(job.videoId)} size="sm" c="mill.3">
          Watch page, to share it
        </Anchor>
      </Group>
    </Paper>
  )
}
