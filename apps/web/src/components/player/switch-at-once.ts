import { Events, type FragBufferedData, PlaylistLevelType } from 'hls.js'
import type HlsVideoElement from 'hls-video-element'

/** What the element has and its types leave out: media-tracks' list of qualities. */
export type WithRenditions = Pick<
  HlsVideoElement,
  'api' | 'currentTime' | 'duration' | 'addEventListener'
> & {
  videoRenditions?: EventTarget & { selectedIndex: number }
}

/** Seconds before the end of a film that have a picture, where its sound lasts longer. */
const LAST_PICTURE = 0.25

/**
 * Lets a chosen quality be seen at once. By itself the element plays first what is buffered in the
 * old one, which in a short film is all of it.
 */
export function switchAtOnce(element: WithRenditions | null): void {
  const renditions = element?.videoRenditions
  let forget = () => {}
  renditions?.addEventListener('change', () => {
    forget()
    const { api } = element ?? {}
    const chosen = renditions.selectedIndex
    if (!element || !api || chosen < 0) return
    const show = (_: Events.FRAG_BUFFERED, { frag }: FragBufferedData) => {
      // A segment of the old quality may be on its way into the buffer as the choice is made. It is
      // told of after that, and flushed again: a seek then would decode nothing of the new one.
      if (frag.type !== PlaylistLevelType.MAIN || frag.level !== chosen) return
      forget()
      decodeAgain(element)
    }
    forget = () => api.off(Events.FRAG_BUFFERED, show)
    api.on(Events.FRAG_BUFFERED, show)
    api.currentLevel = chosen
  })
}

/**
 * Chromium keeps what it had of the current group of pictures, and while it is paused all of it; a
 * seek to where it stands makes it decode the new. At the end there is nothing to decode: there the
 * seek goes to the last picture first, which then stays.
 */
function decodeAgain(element: WithRenditions): void {
  const at = Number(element.currentTime)
  const last = Number(element.duration) - LAST_PICTURE
  if (at > last && last > 0) {
    element.addEventListener('seeked', () => Object.assign(element, { currentTime: at }), {
      once: true,
    })
    element.currentTime = last
  } else {
    element.currentTime = at
  }
}
