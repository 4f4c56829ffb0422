import { IconMovie } from '@tabler/icons-react'
import { formatTimecode } from '@/lib/format'
import classes from './thumbnail.module.css'

interface ThumbnailProps {
  url: string | null
  /** How long the video is; null while that is not known. */
  seconds: number | null
  /** It stands where the page begins. */
  urgent?: boolean
}

/** A video in a row of a list, where its name says the same: nothing is read out of it. */
export function Thumbnail({ url, seconds, urgent = false }: ThumbnailProps) {
  return (
    <span className={classes.thumbnail} aria-hidden="true">
      {url ? <img src={url} alt="" loading={urgent ? 'eager' : 'lazy'} /> : <IconMovie size={22} />}
      {seconds !== null && <span className={classes.length}>{formatTimecode(seconds)}</span>}
    </span>
  )
}
