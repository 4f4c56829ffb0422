'use client'

import { useLocalStorage } from '@mantine/hooks'
import { type RefObject, useEffect } from 'react'
import { isTaken, shortcutOf } from '@/lib/videos/shortcuts'

/** What media-chrome's controller has and a plain element has not. */
type Controller = HTMLElement & { keyboardShortcutHandler: (event: KeyboardEvent) => void }

/**
 * Whether single keys work wherever the focus is. People who talk to their computer, or press keys
 * by accident, can turn that off (WCAG 2.1.4); inside the player they always work.
 */
export function useKeysEverywhere() {
  return useLocalStorage({ key: 'vidmill-keys-everywhere', defaultValue: true })
}

/** Lets the keys of the player work on the whole page. `frame` is what the player stands in. */
export function useShortcuts(
  frame: RefObject<HTMLElement | null>,
  everywhere: boolean,
  onHelp: () => void,
): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { target } = event
      if (event.defaultPrevented || !(target instanceof Element)) return
      const inside = frame.current?.contains(target) ?? false
      const action = shortcutOf(event)
      if (!action || isTaken(target, event.key) || !(inside || everywhere)) return
      if (action.kind === 'help') onHelp()
      if (action.kind === 'jump') jump(frame.current, action.part)
      // Inside, the player hears the key itself.
      if (action.kind === 'player' && !inside) pass(frame.current, event)
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [frame, everywhere, onHelp])
}

function jump(frame: HTMLElement | null, part: number): void {
  const media = frame?.querySelector<HTMLVideoElement>('hls-video')
  if (media && Number.isFinite(media.duration)) media.currentTime = media.duration * part
}

function pass(frame: HTMLElement | null, event: KeyboardEvent): void {
  const start = frame?.querySelector<HTMLElement>('[data-start-player]')
  if (start && [' ', 'k'].includes(event.key)) {
    event.preventDefault()
    start.click()
    return
  }
  const controller = frame?.querySelector<Controller>('media-controller')
  if (!controller?.keyboardShortcutHandler) return
  // The space bar and the arrows would scroll.
  event.preventDefault()
  controller.keyboardShortcutHandler(event)
}
