import { Events, type FragBufferedData, PlaylistLevelType } from 'hls.js'
import type HlsVideoElement from 'hls-video-element'

/** What the element has and its types leave out: media-tracks' list of qualities. */
type WithRenditions = HlsVideoElement & {
  videoRenditions?: EventTarget & { selectedIndex: number }
}

/**
 * Lets a chosen quality be seen at once. By itself the element plays first what is buffered in the
 * old one, which in a short film is all of it.
 */
export function switchAtOnce(element: WithRenditions | null): void {
  const renditions = element?.videoRenditions
  renditions?.addEventListener('change', () => {
    const { api } = element ?? {}
    if (!element || !api || renditions.selectedIndex < 0) return
    const show = (_: Events.FRAG_BUFFERED, { frag }: FragBufferedData) => {
      if (frag.type !== PlaylistLevelType.MAIN) return
      api.off(Events.FRAG_BUFFERED, show)
      // Chromium keeps what it had of the current group of pictures, and while it is paused all of
      // it; a seek to where it stands makes it decode the new.
      element.currentTime = Number(element.currentTime)
    }
    api.on(Events.FRAG_BUFFERED, show)
    api.currentLevel = renditions.selectedIndex
  })
}
