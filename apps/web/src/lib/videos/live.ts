import type { LiveEvent } from '@/lib/jobs/live-events'
import type { OwnVideo } from './video'

/**
 * Whether what happened to a job is seen in this part of the list of one's videos; a new video
 * stands on the first.
 */
export function isSeenIn(videos: OwnVideo[], event: LiveEvent, isFirst: boolean): boolean {
  switch (event.kind) {
    case 'reset':
      return true
    case 'deleted':
      return videos.some(({ latestJobId }) => latestJobId === event.id)
    case 'progress':
      return false
    case 'changed': {
      const { id, videoId, status, playableAt, createdAt } = event.job
      const video = videos.find((each) => each.id === videoId)
      if (video) {
        const isOther = video.latestJobId !== id || video.latestJobStatus !== status
        return isOther || (playableAt !== null && video.thumbnailUrl === null)
      }
      const [newest] = videos
      return isFirst && (!newest || Date.parse(createdAt) >= Date.parse(newest.createdAt))
    }
  }
}
