'use client'

import { useQuery } from '@tanstack/react-query'
import { useCallback, useRef, useState } from 'react'
import { useServices } from '@/components/providers/services'
import { useGraphQL } from '@/components/providers/use-graphql'
import { isActive } from '@/lib/jobs/job'
import { countView } from '@/lib/videos/actions'
import { fetchVideo } from '@/lib/videos/queries'
import type { WatchedVideo } from '@/lib/videos/video'

/** Until there is something to play, and all that belongs to it. */
const INTERVAL_MS = 3_000

/** The video as it was read last; null once it is gone, or private and another's. */
export function useWatchedVideo(initial: WatchedVideo) {
  const graphql = useGraphQL()
  return useQuery({
    queryKey: ['watched-video', initial.id],
    queryFn: ({ signal }) => fetchVideo(graphql, initial.id, signal),
    initialData: initial,
    refetchInterval: ({ state }) => (state.data && isGrowing(state.data) ? INTERVAL_MS : false),
  })
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
