'use client'

import { useState, useSyncExternalStore } from 'react'
import { formatExact, formatRelative } from '@/lib/format'

/** Text that says "minutes ago" need not be exact to seconds. */
const TICK_MS = 10_000

/** One clock for all times on the page: there may be hundreds. */
const listeners = new Set<() => void>()
let clock: ReturnType<typeof setInterval> | undefined
let ticks = 0

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  clock ??= setInterval(() => {
    ticks += 1
    for (const each of listeners) each()
  }, TICK_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(clock)
    clock = undefined
  }
}

const currentTick = () => ticks

interface RelativeTimeProps {
  /** RFC 3339. */
  value: string
  /**
   * A stop for the keyboard, and for a finger, which have no tooltips. For pages about one thing: in a
   * list it would be a stop in each row.
   */
  focusable?: boolean
}

/** How long ago a moment was; the exact one is in its tooltip, and its text while it has the focus. */
export function RelativeTime({ value, focusable = false }: RelativeTimeProps) {
  const [exact, setExact] = useState(false)
  // The value itself does not matter; its change is what makes the text be written anew.
  useSyncExternalStore(subscribe, currentTick, () => 0)
  const moment = Date.parse(value)
  return (
    <time
      dateTime={value}
      // The server does not know the reader's time zone, and React would leave what it wrote.
      ref={(element) => {
        if (element) element.title = formatExact(moment)
      }}
      tabIndex={focusable ? 0 : undefined}
      onFocus={() => setExact(true)}
      onBlur={() => setExact(false)}
      suppressHydrationWarning
    >
      {exact ? formatExact(moment) : formatRelative(moment, Date.now())}
    </time>
  )
}
