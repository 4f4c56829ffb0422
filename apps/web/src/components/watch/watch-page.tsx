'use client'

import { Stack } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import dynamic from 'next/dynamic'
import { useRef } from 'react'
import { PlayerFrame } from '@/components/player/player-frame'
import type { WatchedVideo } from '@/lib/videos/video'
import { MissingVideo } from './missing-video'
import { NotPlayable } from './not-playable'
import { SharePanel } from './share-panel'
import { useKeysEverywhere, useShortcuts } from './use-shortcuts'
import { useViews, useWatchedVideo } from './use-watched-video'
import { VideoDescription } from './video-description'
import { VideoHeader } from './video-header'
import classes from './watch.module.css'

const ShortcutsSheet = dynamic(() => import('./shortcuts-sheet'), { ssr: false })

interface WatchPageProps {
  /** As the server read it. */
  initial: WatchedVideo
  /** Where people reach this web: addresses that are shared begin so. */
  webUrl: string
}

export function WatchPage({ initial, webUrl }: WatchPageProps) {
  const { data: video } = useWatchedVideo(initial)
  if (!video) return <MissingVideo webUrl={webUrl} />
  return <WatchedVideoView video={video} webUrl={webUrl} />
}

function WatchedVideoView({ video, webUrl }: { video: WatchedVideo; webUrl: string }) {
  const frame = useRef<HTMLDivElement>(null)
  const [views, onPlay] = useViews(video)
  const [helpOpened, help] = useDisclosure(false)
  const [everywhere, setEverywhere] = useKeysEverywhere()
  useShortcuts(frame, everywhere, help.open)
  const { playback } = video
  return (
    <div className={classes.columns}>
      <Stack gap="md" className={classes.main}>
        <div className={classes.stage}>
          {playback?.hlsUrl ? (
            <PlayerFrame
              title={video.title}
              playback={{ ...playback, hlsUrl: playback.hlsUrl }}
              width={video.width}
              height={video.height}
              frameRef={frame}
              onPlay={onPlay}
              helpElsewhere
              onDemand
            />
          ) : (
            <NotPlayable video={video} />
          )}
        </div>
        <VideoHeader video={video} views={views} onHelp={help.open} />
        <VideoDescription video={video} />
      </Stack>
      <div className={classes.side}>
        <SharePanel video={video} webUrl={webUrl} />
      </div>
      {helpOpened && (
        <ShortcutsSheet onClose={help.close} everywhere={everywhere} onEverywhere={setEverywhere} />
      )}
    </div>
  )
}
