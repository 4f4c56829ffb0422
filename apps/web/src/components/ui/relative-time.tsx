'use client'

import { useState, useSyncExternalStore } from 'react'
import { formatExact, formatRelative } from '@/lib/format'

/** One clock for all times on the page; text that says "minutes ago" need not be exact to seconds. */
const TICK_MS = 10_000

function subscribe(listener: () => void): () => void {
  const timer = setInterval(listener, TICK_MS)
  return () => clearInterval(timer)
}

const currentTick = () => Math.floor(Date.now() / TICK_MS)

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
      title={formatExact(moment)}
      tabIndex={focusable ? 0 : undefined}
      onFocus={() => setExact(true)}
      onBlur={() => setExact(false)}
      suppressHydrationWarning
    >
      {exact ? formatExact(moment) : formatRelative(moment, Date.now())}
    </time>
  )
}
