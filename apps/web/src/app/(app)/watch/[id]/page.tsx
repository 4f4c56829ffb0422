import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { Reads } from '@/components/providers/reads'
import { WatchPage } from '@/components/watch/watch-page'
import { readServerConfig } from '@/lib/config'
import { watchMetadata } from '@/lib/videos/metadata'
import { readWatchedVideo } from '@/lib/videos/on-server'

interface PageProps {
  params: Promise<{ id: string }>
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { id } = await params
  const video = await readWatchedVideo(id)
  return video
    ? watchMetadata(video, readServerConfig(process.env).webUrl)
    : { title: 'No such video' }
}

export default async function Page({ params }: PageProps) {
  const { id } = await params
  const video = await readWatchedVideo(id)
  if (!video) notFound()
  return (
    <Reads>
      <WatchPage initial={video} webUrl={readServerConfig(process.env).webUrl} />
    </Reads>
  )
}
