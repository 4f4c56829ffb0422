'use client'

import { useQuery } from '@tanstack/react-query'
import { useParams } from 'next/navigation'
import { useSession } from '@/components/providers/session-provider'
import { useGraphQL } from '@/components/providers/use-graphql'
import { MessagePage } from '@/components/ui/message-page'
import { signInPath } from '@/lib/rest/session'
import { fetchVideo } from '@/lib/videos/queries'
import { watchPath } from '@/lib/videos/video'
import { WatchPage } from './watch-page'

/**
 * The server found no video that this visitor may see. Where the API has another host the server sees
 * no session, though the browser may have one: then the owner still gets their private video.
 */
export function MissingVideo({ webUrl }: { webUrl: string }) {
  const { id } = useParams<{ id: string }>()
  const graphql = useGraphQL()
  const { data: user } = useSession()
  const { data: video } = useQuery({
    queryKey: ['missing-video', id],
    queryFn: ({ signal }) => fetchVideo(graphql, id, signal),
    enabled: Boolean(user),
  })
  if (video) return <WatchPage initial={video} webUrl={webUrl} />
  if (user) {
    return (
      <MessagePage
        title="There is no such video"
        action={{ href: '/videos', label: 'To my videos' }}
      >
        It was deleted, its address is mistyped, or it is somebody else’s and private.
      </MessagePage>
    )
  }
  return (
    <MessagePage
      title="There is no such video"
      action={{ href: signInPath(watchPath(id)), label: 'Sign in' }}
    >
      It was deleted, its address is mistyped, or it is private. If it is yours, sign in to watch
      it.
    </MessagePage>
  )
}
