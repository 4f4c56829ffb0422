'use client'

import dynamic from 'next/dynamic'
import { type RefObject, useState } from 'react'
import type { Playback } from '@/lib/jobs/job'
import classes from './player-frame.module.css'
import { StartButton } from './start-button'

const fetchPlayer = () => import('./player')

/** The player is a quarter of a megabyte of script: the page stands before it comes. */
const Player = dynamic(fetchPlayer, {
  ssr: false,
  loading: () => <span className={classes.coming} />,
})

interface PlayerFrameProps {
  title: string
  playback: Playback & { hlsUrl: string }
  /** Pixels; null where they are not known before the film is there. */
  width: number | null
  height: number | null
  /**
   * Brings the player when somebody wants to play, and the picture with a button until then. It is
   * on its way as soon as the pointer or the focus comes near.
   */
  onDemand?: boolean
  /** As large as what it stands in, instead of as wide. */
  fill?: boolean
  onPlay?: () => void
  helpElsewhere?: boolean
  frameRef?: RefObject<HTMLDivElement | null>
}

/** A film in its shape: the picture at once, the player over it as soon as it is there. */
export function PlayerFrame(props: PlayerFrameProps) {
  const {
    title,
    playback,
    width,
    height,
    onDemand = false,
    fill = false,
    frameRef,
    ...rest
  } = props
  const [wanted, setWanted] = useState(false)
  // Each read of a private video signs its addresses anew. The player keeps those it began with:
  // another one would stop the film and load it from the start.
  const [source] = useState({ hlsUrl: playback.hlsUrl, posterUrl: playback.posterUrl })
  // The storyboard comes last of all, when the film may be playing already.
  const [storyboardUrl, setStoryboardUrl] = useState(playback.storyboardUrl)
  if (!storyboardUrl && playback.storyboardUrl) setStoryboardUrl(playback.storyboardUrl)
  // A film that is still being made is told without its shape; and so is sound alone.
  const [seen, setSeen] = useState<{ width: number; height: number } | null>(null)
  const size = width && height ? { width, height } : seen
  const soundOnly = size?.width === 0
  const shape = size ? { aspectRatio: `${size.width} / ${size.height}` } : undefined
  return (
    <div
      className={classes.frame}
      style={fill || soundOnly ? undefined : shape}
      data-fill={fill || undefined}
      data-sound={(soundOnly && !fill) || undefined}
      ref={frameRef}
    >
      {source.posterUrl && (
        <img className={classes.poster} src={source.posterUrl} alt="" fetchPriority="high" />
      )}
      {onDemand && !wanted ? (
        <StartButton
          title={title}
          onComing={() => void fetchPlayer().catch(() => {})}
          onStart={() => setWanted(true)}
        />
      ) : (
        <Player
          title={title}
          {...source}
          playAtOnce={wanted}
          soundOnly={soundOnly}
          storyboardUrl={storyboardUrl}
          onLoadedMetadata={({ currentTarget }) =>
            setSeen(sizeOf(currentTarget as HTMLVideoElement))
          }
          {...rest}
        />
      )}
    </div>
  )
}

function sizeOf({ videoWidth, videoHeight }: HTMLVideoElement) {
  return { width: videoWidth, height: videoHeight }
}
