import { IconMovie } from '@tabler/icons-react'
import { formatTimecode } from '@/lib/format'
import classes from './thumbnail.module.css'

interface ThumbnailProps {
  url: string | null
  /** The same in several sizes, as `srcset` has them; `sizes` says how wide it is shown. */
  srcSet?: string | undefined
  sizes?: string | undefined
  /** How long the video is; null while that is not known. */
  seconds: number | null
  /** It stands where the page begins. */
  urgent?: boolean
  /** Of a card, rather than of a row. */
  large?: boolean
}

/** A video in a list, where its name says the same: nothing is read out of it. */
export function Thumbnail({
  url,
  seconds,
  urgent = false,
  large = false,
  srcSet,
  sizes,
}: ThumbnailProps) {
  return (
    <span className={classes.thumbnail} data-large={large || undefined} aria-hidden="true">
      {url ? (
        <img
          srcSet={srcSet}
          sizes={sizes}
          src={url}
          alt=""
          loading={urgent ? 'eager' : 'lazy'}
          fetchPriority={urgent ? 'high' : 'auto'}
          decoding="async"
        />
      ) : (
        <IconMovie size={large ? 32 : 22} />
      )}
      {seconds !== null && <span className={classes.length}>{formatTimecode(seconds)}</span>}
    </span>
  )
}
