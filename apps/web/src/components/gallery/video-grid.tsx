import Link from 'next/link'
import { RelativeTime } from '@/components/ui/relative-time'
import { Thumbnail } from '@/components/ui/thumbnail'
import { posterSet } from '@/lib/videos/poster-set'
import { type GalleryVideo, viewsText, watchPath } from '@/lib/videos/video'
import classes from './gallery.module.css'

/** As many as are seen at once on most screens: their pictures are fetched before all others. */
const FIRST_SEEN = 4

/** How wide a card is: as the grid's columns of at least 16rem, in a page of at most 80rem, come out. */
const CARD_SIZES = [
  '(min-width: 82rem) 19.25rem',
  '(min-width: 69rem) calc(25vw - 1.25rem)',
  '(min-width: 52rem) calc(33.3vw - 1.33rem)',
  '(min-width: 35rem) calc(50vw - 1.5rem)',
  'calc(100vw - 2rem)',
].join(', ')

export function VideoGrid({ videos }: { videos: GalleryVideo[] }) {
  return (
    <ul className={classes.grid} aria-label="Videos">
      {videos.map((video, index) => (
        <VideoCard key={video.id} video={video} urgent={index < FIRST_SEEN} />
      ))}
    </ul>
  )
}

function VideoCard({ video, urgent }: { video: GalleryVideo; urgent: boolean }) {
  const { id, title, thumbnailUrl, durationSeconds, category } = video
  const srcSet = posterSet(video)
  return (
    <li className={classes.card}>
      <div className={classes.poster}>
        <Thumbnail
          url={thumbnailUrl}
          srcSet={srcSet}
          sizes={srcSet && CARD_SIZES}
          seconds={durationSeconds}
          urgent={urgent}
          large
        />
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
