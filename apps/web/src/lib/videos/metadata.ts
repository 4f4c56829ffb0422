import type { Metadata } from 'next'
import { pictureSize, previewText } from './share'
import { embedPath, type WatchedVideo, watchPath } from './video'

/** What a link to the video shows elsewhere: Open Graph (ogp.me), and the player card of X. */
export function watchMetadata(video: WatchedVideo, webUrl: string): Metadata {
  const { id, title, visibility, playback, posterUrl } = video
  const size = pictureSize(video)
  const description = previewText(video.description) || `Watch “${title}” on Vidmill.`
  const url = `${webUrl}${watchPath(id)}`
  const images = posterUrl ? [{ url: posterUrl, alt: title }] : []
  const player = `${webUrl}${embedPath(id)}`
  // What is private plays nowhere else.
  const plays = playback?.hlsUrl && visibility !== 'private'
  return {
    title,
    description,
    alternates: { canonical: url },
    robots: visibility === 'public' ? undefined : { index: false },
    openGraph: {
      type: 'video.other',
      siteName: 'Vidmill',
      title,
      description,
      url,
      images,
      videos: plays
        ? [
            { url: player, type: 'text/html', ...size },
            { url: playback.hlsUrl as string, type: 'application/vnd.apple.mpegurl', ...size },
          ]
        : [],
    },
    twitter: plays
      ? {
          card: 'player',
          title,
          description,
          images,
          players: { playerUrl: player, streamUrl: playback.hlsUrl as string, ...size },
        }
      : { card: 'summary_large_image', title, description, images },
  }
}
