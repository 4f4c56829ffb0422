'use client'

import { IconSettings } from '@tabler/icons-react'
import HlsVideo from 'hls-video-element/react'
import {
  MediaCaptionsButton,
  MediaControlBar,
  MediaController,
  MediaErrorDialog,
  MediaFullscreenButton,
  MediaLoadingIndicator,
  MediaMuteButton,
  MediaPipButton,
  MediaPlayButton,
  MediaPosterImage,
  MediaPreviewThumbnail,
  MediaPreviewTimeDisplay,
  MediaSeekBackwardButton,
  MediaSeekForwardButton,
  MediaTimeDisplay,
  MediaTimeRange,
  MediaVolumeRange,
} from 'media-chrome/react'
import {
  MediaAudioTrackMenu,
  MediaCaptionsMenu,
  MediaPlaybackRateMenu,
  MediaRenditionMenu,
  MediaSettingsMenu,
  MediaSettingsMenuButton,
  MediaSettingsMenuItem,
} from 'media-chrome/react/menu'
import { type ComponentRef, useCallback, useEffect, useRef } from 'react'
import { switchAtOnce } from './switch-at-once'
import './player.css'

/**
 * A playlist that is still growing counts as live, and hls.js would begin at its end: ours is a film
 * that is being finished, to be seen from the beginning and with a length.
 */
const HLS_CONFIG = { startPosition: 0, liveDurationInfinity: false }

export interface PlayerProps {
  /** Names the film to a screen reader. */
  title: string
  hlsUrl: string
  posterUrl: string | null
  /** There is no picture, and controls stay. */
  soundOnly: boolean
  /** Small pictures of the whole film, for the time under the pointer. */
  storyboardUrl: string | null
  /** Somebody has pressed play already, and has the focus here. */
  playAtOnce: boolean
  onPlay?: () => void
  /** Told as soon as the film's shape is known. */
  onLoadedMetadata?: (event: { currentTarget: EventTarget }) => void
  /** The page around it answers `?` itself; otherwise the player shows its own list of keys. */
  helpElsewhere?: boolean
}

type Media = ComponentRef<typeof HlsVideo>

export default function Player(props: PlayerProps) {
  const { title, hlsUrl, posterUrl, soundOnly, storyboardUrl, playAtOnce } = props
  const controller = useRef<ComponentRef<typeof MediaController>>(null)
  const media = useRef<Media>(null)
  const attach = useCallback((element: Media | null) => {
    media.current = element
    switchAtOnce(element)
  }, [])
  useEffect(() => {
    if (!playAtOnce) return
    // Not by an attribute: the element begins with that before anybody listens to it, and the view
    // would not be counted. Where the browser refuses, the player's own button is there.
    media.current?.play().catch(() => {})
    // The button that was pressed has gone, and the focus with it.
    const lost = document.activeElement === document.body
    if (lost) controller.current?.focus({ preventScroll: true })
  }, [playAtOnce])
  return (
    <MediaController
      ref={controller}
      className="player"
      breakpoints="sm:560"
      aria-label={`Player: ${title}`}
      noAutohide={soundOnly}
      hotkeys={props.helpElsewhere ? 'noshift+/' : undefined}
    >
      <HlsVideo
        ref={attach}
        slot="media"
        src={hlsUrl}
        config={HLS_CONFIG}
        crossOrigin="anonymous"
        playsInline
        preload="metadata"
        onPlay={props.onPlay}
        onLoadedMetadata={props.onLoadedMetadata}
      >
        {storyboardUrl && <track kind="metadata" label="thumbnails" src={storyboardUrl} default />}
      </HlsVideo>
      {posterUrl && <MediaPosterImage slot="poster" src={posterUrl} placeholderSrc="" />}
      <MediaLoadingIndicator slot="centered-chrome" noAutohide />
      <MediaErrorDialog slot="dialog" />
      <SettingsMenu />
      <MediaControlBar className="player-timeline">
        <MediaTimeRange>
          <MediaPreviewThumbnail slot="preview" />
          <MediaPreviewTimeDisplay slot="preview" />
        </MediaTimeRange>
      </MediaControlBar>
      <MediaControlBar>
        <MediaPlayButton />
        <MediaSeekBackwardButton className="player-wide" seekOffset={10} />
        <MediaSeekForwardButton className="player-wide" seekOffset={10} />
        <MediaTimeDisplay showDuration noToggle />
        <span className="player-space" />
        <MediaMuteButton />
        <MediaVolumeRange className="player-wide" />
        <CaptionsButton />
        <MediaSettingsMenuButton>
          <IconSettings slot="icon" aria-hidden="true" className="player-icon" />
        </MediaSettingsMenuButton>
        {!soundOnly && <MediaPipButton className="player-wide" />}
        {!soundOnly && <MediaFullscreenButton />}
      </MediaControlBar>
    </MediaController>
  )
}

function SettingsMenu() {
  return (
    <MediaSettingsMenu hidden anchor="auto">
      <MediaSettingsMenuItem className="player-choice">
        Audio
        <MediaAudioTrackMenu slot="submenu" hidden>
          <div slot="title">Audio</div>
        </MediaAudioTrackMenu>
      </MediaSettingsMenuItem>
      <MediaSettingsMenuItem className="player-choice">
        Subtitles
        <MediaCaptionsMenu slot="submenu" hidden>
          <div slot="title">Subtitles</div>
        </MediaCaptionsMenu>
      </MediaSettingsMenuItem>
      <MediaSettingsMenuItem>
        Speed
        <MediaPlaybackRateMenu slot="submenu" hidden>
          <div slot="title">Speed</div>
        </MediaPlaybackRateMenu>
      </MediaSettingsMenuItem>
      <MediaSettingsMenuItem>
        Quality
        <MediaRenditionMenu slot="submenu" hidden showRenditionBitrate={() => true}>
          <div slot="title">Quality</div>
        </MediaRenditionMenu>
      </MediaSettingsMenuItem>
    </MediaSettingsMenu>
  )
}

/** The element sets `aria-checked` without a role that may have it; axe and screen readers object. */
function CaptionsButton() {
  return (
    <MediaCaptionsButton
      ref={(element: HTMLElement | null) => {
        queueMicrotask(() => element?.setAttribute('role', 'switch'))
      }}
    />
  )
}
