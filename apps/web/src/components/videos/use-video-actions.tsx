'use client'

import { Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useServices } from '@/components/providers/services'
import { confirm } from '@/components/ui/dialogs'
import { changeVideo, deleteVideo } from '@/lib/videos/actions'
import { forEach, type Outcome } from '@/lib/videos/each'
import type { VideosPage } from '@/lib/videos/queries'
import type { OwnVideo, Visibility } from '@/lib/videos/video'
import { OWN_VIDEOS_KEY } from './use-own-videos'
import { visibilityLabel } from './visibility'

type Named = Pick<OwnVideo, 'id' | 'title'>

/** What the owner does with one video or several; each failure is told with its cause. */
export function useVideoActions() {
  const { rest } = useServices()
  const queries = useQueryClient()

  const setVisibility = useCallback(
    async (videos: Named[], visibility: Visibility) => {
      // Shown at once; what was read before comes back where the server refuses.
      await queries.cancelQueries({ queryKey: OWN_VIDEOS_KEY })
      const ids = new Set(videos.map(({ id }) => id))
      queries.setQueriesData<VideosPage<OwnVideo>>({ queryKey: OWN_VIDEOS_KEY }, (page) => {
        const changed = (video: OwnVideo) => (ids.has(video.id) ? { ...video, visibility } : video)
        return page && { ...page, videos: page.videos.map(changed) }
      })
      const outcome = await forEach(videos, ({ id }) => changeVideo(rest, id, { visibility }))
      report(outcome, 'was not changed', `is now ${visibilityLabel(visibility).toLowerCase()}`)
      await queries.invalidateQueries({ queryKey: OWN_VIDEOS_KEY })
    },
    [queries, rest],
  )

  const remove = useCallback(
    async (videos: Named[]) => {
      const outcome = await forEach(videos, ({ id }) => deleteVideo(rest, id))
      report(outcome, 'was not deleted', 'was deleted')
      await queries.invalidateQueries({ queryKey: OWN_VIDEOS_KEY })
      return outcome
    },
    [queries, rest],
  )

  /** `then` is called when all of them are gone. */
  const confirmDelete = useCallback(
    (videos: Named[], then?: () => void) =>
      confirm({
        title:
          videos.length === 1 ? `Delete “${videos[0]?.title}”?` : `Delete ${videos.length} videos?`,
        text: <DeleteText videos={videos} />,
        action: videos.length === 1 ? 'Delete the video' : `Delete ${videos.length} videos`,
        keep: videos.length === 1 ? 'Keep it' : 'Keep them',
        onConfirm: () =>
          void remove(videos).then(({ failed }) => {
            if (failed.length === 0) then?.()
          }),
      }),
    [remove],
  )
  return { setVisibility, confirmDelete }
}

function DeleteText({ videos }: { videos: Named[] }) {
  return (
    <>
      {videos.length > 1 && (
        <Text size="sm" component="ul" mt={0} style={{ overflowWrap: 'anywhere' }}>
          {videos.map(({ id, title }) => (
            <li key={id}>{title}</li>
          ))}
        </Text>
      )}
      <Text size="sm">
        The uploaded file, its jobs and everything they made are deleted for good. Links to it and
        players in other pages stop working.
      </Text>
    </>
  )
}

function report({ done, failed }: Outcome<Named>, failure: string, success: string): void {
  for (const { thing, message } of failed) {
    notifications.show({
      color: 'red',
      title: `“${thing.title}” ${failure}`,
      message,
      role: 'alert',
    })
  }
  const [first] = done
  if (!first) return
  const what = done.length === 1 ? `“${first.title}” ${success}.` : null
  notifications.show({
    message: what ?? `${done.length} videos: each ${success}.`,
  })
}
