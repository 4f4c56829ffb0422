'use client'

import { useEffect, useRef } from 'react'
import { useServices } from '@/components/providers/services'
import { useSession } from '@/components/providers/session-provider'
import { LiveTabs } from '@/lib/events/live-tabs'
import { type LiveEvent, liveEventOf } from '@/lib/jobs/live-events'
import { whenIdle } from '@/lib/when-idle'

/** One for all of a tab, by the address of the API. */
const streams = new Map<string, LiveTabs<LiveEvent>>()

function streamOf(apiUrl: string): LiveTabs<LiveEvent> {
  const known = streams.get(apiUrl)
  if (known) return known
  const stream = new LiveTabs(`${apiUrl}/api/v1/jobs/events`, liveEventOf)
  streams.set(apiUrl, stream)
  return stream
}

interface LiveOptions {
  /** This one is told in full. */
  jobId?: string | null
  enabled?: boolean
}

/** Calls back for whatever happens to the jobs of whoever is signed in; nobody else is told of any. */
export function useLive(onEvent: (event: LiveEvent) => void, options: LiveOptions = {}): void {
  const { jobId = null, enabled = true } = options
  const { apiUrl } = useServices().config
  const { data: user } = useSession()
  const handler = useRef(onEvent)
  handler.current = onEvent
  const listens = enabled && Boolean(user)
  useEffect(() => {
    if (!listens) return
    let stop = () => {}
    // Whoever begins to listen is told to look again, so that nothing is missed by it.
    const forget = whenIdle(() => {
      stop = streamOf(apiUrl).listen((event) => handler.current(event), jobId)
    })
    return () => {
      forget()
      stop()
    }
  }, [listens, apiUrl, jobId])
}
