'use client'

import { Anchor, Checkbox, Paper, Skeleton, Text } from '@mantine/core'
import Link from 'next/link'
import { JobStatusBadge } from '@/components/jobs/job-status'
import { RelativeTime } from '@/components/ui/relative-time'
import { Thumbnail } from '@/components/ui/thumbnail'
import { editPath, type OwnVideo, viewsText, watchPath } from '@/lib/videos/video'
import type { Selection } from './use-selection'
import { VideoActions } from './video-actions'
import classes from './videos.module.css'
import { VisibilityBadge } from './visibility'

interface VideosListProps {
  videos: OwnVideo[]
  selection: Selection
  stale: boolean
}

export function VideosList({ videos, selection, stale }: VideosListProps) {
  return (
    <Paper
      component="ul"
      withBorder
      bg="var(--vidmill-surface)"
      className={classes.list}
      aria-label="My videos"
      aria-busy={stale}
      style={{ opacity: stale ? 0.6 : 1 }}
    >
      {videos.map((video) => (
        <VideoRow key={video.id} video={video} selection={selection} />
      ))}
    </Paper>
  )
}

function VideoRow({ video, selection }: { video: OwnVideo; selection: Selection }) {
  const { id, title, thumbnailUrl, durationSeconds, latestJobId, latestJobStatus } = video
  return (
    <li className={classes.row} data-selected={selection.has(id) || undefined}>
      <Checkbox
        aria-label={`Select ${title}`}
        checked={selection.has(id)}
        onChange={() => selection.toggle(id)}
      />
      <Link href={watchPath(id)} className={classes.poster} tabIndex={-1} aria-hidden="true">
        <Thumbnail url={thumbnailUrl} seconds={durationSeconds} />
      </Link>
      <div className={classes.name}>
        <Anchor component={Link} href={editPath(id)} className={classes.title} title={title}>
          {title}
        </Anchor>
        <Text size="xs" c="dimmed">
          {viewsText(video.views)} · <RelativeTime value={video.createdAt} />
        </Text>
      </div>
      <div className={classes.states}>
        <VisibilityBadge visibility={video.visibility} />
        {latestJobId && latestJobStatus && (
          <Link
            href={`/jobs/${latestJobId}`}
            className={classes.job}
            aria-label={`The job of ${title}: ${latestJobStatus}`}
          >
            <JobStatusBadge status={latestJobStatus} />
          </Link>
        )}
        {!latestJobId && (
          <Text size="xs" c="dimmed" component="span">
            Not transcoded
          </Text>
        )}
      </div>
      <VideoActions video={video} />
    </li>
  )
}

export function VideosSkeleton() {
  return (
    <Paper withBorder bg="var(--vidmill-surface)" className={classes.list} aria-busy="true">
      <span role="status" className="visually-hidden">
        Reading the list
      </span>
      {Array.from({ length: 6 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
        <div className={classes.row} key={index} aria-hidden="true">
          <Skeleton height={20} width={20} />
          <Skeleton className={classes.poster} />
          <div className={classes.name}>
            <Skeleton height={14} width="60%" mb={8} />
            <Skeleton height={10} width="35%" />
          </div>
          <div className={classes.states}>
            <Skeleton height={18} width={96} radius="xl" />
          </div>
        </div>
      ))}
    </Paper>
  )
}
