'use client'

import { PlayerFrame } from '@/components/player/player-frame'
import type { WatchedVideo } from '@/lib/videos/video'
import classes from './embed.module.css'
import { EmbeddedMessage } from './embedded-message'
import { useViews, useWatchedVideo } from './use-watched-video'

/** The player and nothing else, for other people's pages. */
export function EmbeddedPlayer({ initial }: { initial: WatchedVideo }) {
  const video = useWatchedVideo(initial).data ?? initial
  const [, onPlay] = useViews(video)
  const { title, playback, width, height } = video
  if (!playback?.hlsUrl) {
    return (
      <EmbeddedMessage title="Not ready yet">
        It plays here as soon as there is something to play.
      </EmbeddedMessage>
    )
  }
  return (
    <main className={classes.stage}>
      <h1 className="visually-hidden">{title}</h1>
      <PlayerFrame
        title={title}
        playback={{ ...playback, hlsUrl: playback.hlsUrl }}
        width={width}
        height={height}
        onPlay={onPlay}
        fill
        onDemand
      />
    </main>
  )
}
