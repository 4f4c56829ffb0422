import { cache } from 'react'
import { clientOfNobody, clientOfVisitor, deadline } from '@/lib/graphql/on-server'
import { isUnauthorized } from '@/lib/rest/problem'
import { fetchVideo } from './queries'
import type { WatchedVideo } from './video'

/** A video for whoever visits; a page and its metadata ask for it once. */
export const readWatchedVideo = cache(async (id: string): Promise<WatchedVideo | null> => {
  const visitor = await clientOfVisitor()
  if (visitor) {
    try {
      return await fetchVideo(visitor, id, deadline())
    } catch (error) {
      // A session that has run out is no reason to withhold what everybody may see.
      if (!isUnauthorized(error)) throw error
    }
  }
  return readSharedVideo(id)
})

/** A video that everybody with its address may see. */
export const readSharedVideo = cache(async (id: string): Promise<WatchedVideo | null> => {
  return fetchVideo(await clientOfNobody(), id, deadline())
})
