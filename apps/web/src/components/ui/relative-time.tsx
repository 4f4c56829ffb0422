'use client'

import { useSyncExternalStore } from 'react'
import { formatExact, formatRelative } from '@/lib/format'

/** One clock for all times on the page; text that says "minutes ago" need not be exact to seconds. */
const TICK_MS = 10_000

function subscribe(listener: () => void): () => void {
  const timer = setInterval(listener, TICK_MS)
  return () => clearInterval(timer)
}

const currentTick = () => Math.floor(Date.now() / TICK_MS)

/** How long ago a moment was; the exact one is in its tooltip. `value` is RFC 3339. */
export function RelativeTime({ value }: { value: string }) {
  // The value itself does not matter; its change is what makes the text be written anew.
  useSyncExternalStore(subscribe, currentTick, () => 0)
  const moment = Date.parse(value)
  return (
    <time dateTime={value} title={formatExact(moment)} suppressHydrationWarning>
      {formatRelative(moment, Date.now())}
    </time>
  )
}
