'use client'

import { useQuery } from '@tanstack/react-query'
import { useServices } from '@/components/providers/services'
import { useSessionExpiry } from '@/components/providers/use-session'
import { type EditableVideo, readVideo } from '@/lib/videos/actions'

/** Until the worker has made the poster from a picture that was sent. */
const PENDING_INTERVAL_MS = 1_500

export function editedVideoKey(id: string) {
  return ['edited-video', id] as const
}

/** A video with the version that a change names; REST tells it, GraphQL does not. */
export function useEditedVideo(id: string) {
  const { rest } = useServices()
  const query = useQuery({
    queryKey: editedVideoKey(id),
    queryFn: ({ signal }) => readVideo(rest, id, signal),
    refetchInterval: ({ state }) => (isPending(state.data) ? PENDING_INTERVAL_MS : false),
  })
  useSessionExpiry(query.error)
  return query
}

function isPending(video: EditableVideo | undefined): boolean {
  return video?.own?.thumbnail?.status === 'pending' && video.playback !== null
}
