'use client'

import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useServices } from '@/components/providers/services'
import { messageOf } from '@/lib/rest/problem'
import { type EditableVideo, removeThumbnail, sendThumbnail } from '@/lib/videos/actions'
import { pictureRefusal } from '@/lib/videos/picture'
import { editedVideoKey } from './use-edited-video'

/** Sends and removes the owner's own picture, and shows it before the server has made its own. */
export function useThumbnail(video: EditableVideo) {
  const { rest } = useServices()
  const queries = useQueryClient()
  const { id } = video
  const [chosen, setChosen] = useState<string | null>(null)
  const [refusal, setRefusal] = useState<string | null>(null)
  useEffect(() => {
    if (chosen) return () => URL.revokeObjectURL(chosen)
  }, [chosen])

  const reread = () => queries.invalidateQueries({ queryKey: editedVideoKey(id) })
  const send = useMutation({
    mutationFn: (picture: File) => sendThumbnail(rest, id, picture),
    // What was there before comes back.
    onError: () => setChosen(null),
    onSettled: reread,
  })
  const remove = useMutation({
    mutationFn: () => removeThumbnail(rest, id),
    onSuccess: () => setChosen(null),
    onError: (error) =>
      notifications.show({
        color: 'red',
        title: 'The thumbnail was not removed',
        message: messageOf(error),
        role: 'alert',
      }),
    onSettled: reread,
  })
  const choose = (picture: File | null) => {
    if (!picture) return
    const reason = pictureRefusal(picture)
    setRefusal(reason)
    if (reason) return
    setChosen(URL.createObjectURL(picture))
    send.mutate(picture)
  }
  const status = video.own?.thumbnail?.status
  const stored = video.playback?.poster_url ?? null
  const made = !send.isPending && (status === 'ready' || status === 'failed')
  const preview = chosen && !made ? chosen : stored
  return { preview, send, remove, choose, refusal }
}
