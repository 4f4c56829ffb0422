'use client'

import { Paper, Text } from '@mantine/core'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { isActive, type JobDetail } from '@/lib/jobs/job'
import classes from './player-panel.module.css'

/** The player is half a megabyte of script: it comes when there is something to play. */
const Player = dynamic(() => import('@/components/player/player'), { ssr: false })

export function PlayerPanel({ job, hlsUrl }: { job: JobDetail; hlsUrl: string }) {
  // Each read of the job signs its addresses anew. The player keeps those it began with: another
  // one would stop the film and load it from the start.
  const [source] = useState({ hlsUrl, posterUrl: job.playback?.posterUrl ?? null })
  // The storyboard comes last of all, when the film may be playing already.
  const [storyboardUrl, setStoryboardUrl] = useState(job.playback?.storyboardUrl ?? null)
  if (!storyboardUrl && job.playback?.storyboardUrl) setStoryboardUrl(job.playback.storyboardUrl)
  const { width, height } = job.source ?? {}
  const ratio = width && height ? `${width} / ${height}` : '16 / 9'
  const soundOnly = !job.tasks.some(({ kind }) => kind === 'video')
  return (
    <Paper withBorder bg="#000" className={classes.panel}>
      <div
        className={classes.frame}
        style={soundOnly ? { height: '10rem' } : { aspectRatio: ratio }}
      >
        {/* Below the player and in the page at once: the picture need not wait for the script. */}
        {source.posterUrl && <img className={classes.poster} src={source.posterUrl} alt="" />}
        <Player
          title={job.filename}
          {...source}
          soundOnly={soundOnly}
          storyboardUrl={storyboardUrl}
        />
      </div>
      {isActive(job.status) && (
        <Text size="sm" p="xs" px="md" c="gray.3">
          Plays already; the rest is still being made.
        </Text>
      )}
    </Paper>
  )
}
