'use client'

import { type RefObject, useCallback, useEffect, useLayoutEffect, useState } from 'react'

/** Rows drawn beyond both edges, so that neither scrolling nor Tab comes to an end. */
const OVERSCAN = 8

export interface RowWindow {
  /** The first row that is drawn, and the one behind the last. */
  start: number
  end: number
  /** The first row that is in sight. */
  top: number
}

/** Which of `count` rows of one height to draw, for a list that scrolls with the page. */
export function useRowWindow(
  list: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
): RowWindow {
  const [window_, setWindow] = useState<RowWindow>({ start: 0, end: 20, top: 0 })
  const measure = useCallback(() => {
    if (!list.current) return
    const above = -list.current.getBoundingClientRect().top
    const top = Math.max(0, Math.min(count - 1, Math.floor(above / rowHeight)))
    const last = Math.ceil((above + window.innerHeight) / rowHeight)
    const start = Math.max(0, top - OVERSCAN)
    const end = Math.max(start, Math.min(count, last + OVERSCAN))
    setWindow((known) =>
      known.start === start && known.end === end && known.top === top ? known : { start, end, top },
    )
  }, [list, count, rowHeight])

  useLayoutEffect(measure, [measure])
  useEffect(() => {
    let frame = 0
    const later = () => {
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(measure)
    }
    window.addEventListener('scroll', later, { passive: true })
    window.addEventListener('resize', later)
    return () => {
      cancelAnimationFrame(frame)
      window.removeEventListener('scroll', later)
      window.removeEventListener('resize', later)
    }
  }, [measure])
  return window_
}

/** Where each address of this visit was scrolled to. */
const places = new Map<string, number>()

/**
 * Brings the page back to where it was when its address was left: the browser has tried before the
 * rows were there. A link to the list begins at its top: the router scrolls there after this.
 */
export function useScrollMemory(ready: boolean): void {
  useLayoutEffect(() => {
    if (!ready) return
    const place = places.get(window.location.href)
    if (place) window.scrollTo(0, place)
    const remember = () => places.set(window.location.href, window.scrollY)
    window.addEventListener('scroll', remember, { passive: true })
    return () => window.removeEventListener('scroll', remember)
  }, [ready])
}
