'use client'

import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useServices } from '@/components/providers/services'
import { ApiError, messageOf } from '@/lib/rest/problem'
import { changeVideo, type EditableVideo, readVideo } from '@/lib/videos/actions'
import { changesOf, type EditFields, fieldsOf, problemsOf, refusedFields } from '@/lib/videos/edit'
import { editedVideoKey } from './use-edited-video'
import { OWN_VIDEOS_KEY } from './use-own-videos'

/** The form of a video. It keeps what somebody writes while the video is read anew around it. */
export function useEditForm(video: EditableVideo) {
  const { rest } = useServices()
  const queries = useQueryClient()
  /** The version that the form was filled from; a change of a newer one is refused. */
  const [base, setBase] = useState(video)
  const [fields, setFields] = useState(() => fieldsOf(video))
  const [conflict, setConflict] = useState<EditableVideo | null>(null)
  const [tried, setTried] = useState(false)
  const changes = changesOf(fields, base)
  // Untouched, it follows what is read.
  if (!changes && !conflict && video.etag !== base.etag) {
    setBase(video)
    setFields(fieldsOf(video))
  }

  const fill = (version: EditableVideo) => {
    setBase(version)
    setFields(fieldsOf(version))
    setConflict(null)
    setTried(false)
    queries.setQueryData(editedVideoKey(video.id), version)
  }
  const mutation = useMutation({
    mutationFn: async (etag: string | null) => changeVideo(rest, video.id, changes ?? {}, etag),
    onSuccess: (version) => {
      fill(version)
      notifications.show({ message: `“${version.title}” was saved.` })
      void queries.invalidateQueries({ queryKey: OWN_VIDEOS_KEY })
      void queries.invalidateQueries({ queryKey: ['watched-video', video.id] })
    },
    onError: async (error) => {
      if (error instanceof ApiError && error.status === 412) {
        setConflict(await readVideo(rest, video.id, AbortSignal.timeout(10_000)))
        return
      }
      notifications.show({
        color: 'red',
        title: 'It was not saved',
        message: messageOf(error),
        role: 'alert',
      })
    },
  })
  useWarning(changes !== null)

  const refused = mutation.error instanceof ApiError ? refusedFields(mutation.error.errors) : {}
  return {
    fields,
    set: (some: Partial<EditFields>) => setFields({ ...fields, ...some }),
    problems: { ...refused, ...(tried ? problemsOf(fields) : {}) },
    changed: changes !== null,
    saving: mutation.isPending,
    conflict,
    save: () => {
      setTried(true)
      if (Object.keys(problemsOf(fields)).length === 0) mutation.mutate(base.etag)
    },
    /** Over whatever somebody else saved meanwhile. */
    saveAnyway: () => mutation.mutate(conflict?.etag ?? null),
    discard: () => {
      mutation.reset()
      fill(conflict ?? base)
    },
  }
}

/** Closing the tab would lose what is not saved. */
function useWarning(active: boolean): void {
  useEffect(() => {
    if (!active) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [active])
}
