'use client'

import { useQuery } from '@tanstack/react-query'
import { useCallback, useRef, useState } from 'react'
import { useLive } from '@/components/live/use-live'
import { useServices } from '@/components/providers/services'
import { useSession } from '@/components/providers/session-provider'
import { useGraphQL } from '@/components/providers/use-graphql'
import { isActive } from '@/lib/jobs/job'
import type { LiveEvent } from '@/lib/jobs/live-events'
import { countView } from '@/lib/videos/actions'
import { fetchVideo } from '@/lib/videos/queries'
import type { WatchedVideo } from '@/lib/videos/video'

/** Until there is something to play, and all that belongs to it. */
const INTERVAL_MS = 3_000
/** The stream tells its owner of every change; this is for where it cannot get through. */
const SAFETY_INTERVAL_MS = 30_000

/** The video as it was read last; null once it is gone, or private and another's. */
export function useWatchedVideo(initial: WatchedVideo) {
  const graphql = useGraphQL()
  const { data: user } = useSession()
  const isTold = Boolean(user) && initial.isOwn
  const query = useQuery({
    queryKey: ['watched-video', initial.id],
    queryFn: ({ signal }) => fetchVideo(graphql, initial.id, signal),
    initialData: initial,
    refetchInterval: ({ state }) => {
      if (!state.data || !isGrowing(state.data)) return false
      return isTold ? SAFETY_INTERVAL_MS : INTERVAL_MS
    },
  })
  const { data: video, refetch } = query
  useLive(
    (event) => {
      if (video && isNewsOf(video, event)) void refetch()
    },
    { enabled: isTold && video !== null && isGrowing(video) },
  )
  return query
}

function isNewsOf({ id, playback, latestJobStatus }: WatchedVideo, event: LiveEvent): boolean {
  if (event.kind !== 'changed') return event.kind === 'reset'
  const { videoId, status, playableAt } = event.job
  return videoId === id && (status !== latestJobStatus || (playableAt !== null && !playback))
}

/** Others are not told of the job, and see the rest when they come again. */
function isGrowing({ playback, latestJobStatus }: WatchedVideo): boolean {
  return !playback || (latestJobStatus !== null && isActive(latestJobStatus))
}

/** How often the video was watched, and what to call when it begins to play: that is one view. */
export function useViews(video: WatchedVideo): [views: number, onPlay: () => void] {
  const { rest } = useServices()
  const [counted, setCounted] = useState(0)
  const begun = useRef(false)
  const onPlay = useCallback(() => {
    if (begun.current) return
    begun.current = true
    // A view that is not counted is no trouble to whoever watches.
    countView(rest, video.id).then(setCounted, () => undefined)
  }, [rest, video.id])
  return [Math.max(counted, video.views), onPlay]
}
