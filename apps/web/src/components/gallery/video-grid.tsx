import Link from 'next/link'
import { RelativeTime } from '@/components/ui/relative-time'
import { Thumbnail } from '@/components/ui/thumbnail'
import { type VideoSummary, viewsText, watchPath } from '@/lib/videos/video'
import classes from './gallery.module.css'

/** As many as are seen at once on most screens: their pictures are fetched before all others. */
const FIRST_SEEN = 4

export function VideoGrid({ videos }: { videos: VideoSummary[] }) {
  return (
    <ul className={classes.grid} aria-label="Videos">
      {videos.map((video, index) => (
        <VideoCard key={video.id} video={video} urgent={index < FIRST_SEEN} />
      ))}
    </ul>
  )
}

function VideoCard({ video, urgent }: { video: VideoSummary; urgent: boolean }) {
  const { id, title, posterUrl, durationSeconds, category } = video
  return (
    <li className={classes.card}>
      <div className={classes.poster}>
        <Thumbnail url={posterUrl} seconds={durationSeconds} urgent={urgent} large />
      </div>
      <Link href={watchPath(id)} className={classes.link} title={title} prefetch={false}>
        {title}
      </Link>
      <p className={classes.about}>
        {durationSeconds === null ? 'Not ready to be played' : viewsText(video.views)}
        {' · '}
        <span className={classes.time}>
          <RelativeTime value={video.createdAt} />
        </span>
        {category && ` · ${category}`}
      </p>
    </li>
  )
}
