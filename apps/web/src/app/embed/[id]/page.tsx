import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { Reads } from '@/components/providers/reads'
import { EmbeddedPlayer } from '@/components/watch/embedded-player'
import { readServerConfig } from '@/lib/config'
import { readSharedVideo } from '@/lib/videos/on-server'
import { watchPath } from '@/lib/videos/video'

interface PageProps {
  params: Promise<{ id: string }>
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { id } = await params
  const video = await readSharedVideo(id)
  return {
    title: video?.title ?? 'No such video',
    robots: { index: false },
    alternates: video
      ? { canonical: `${readServerConfig(process.env).webUrl}${watchPath(id)}` }
      : undefined,
  }
}

export default async function Page({ params }: PageProps) {
  const video = await readSharedVideo((await params).id)
  if (!video) notFound()
  return (
    <Reads>
      <EmbeddedPlayer initial={video} />
    </Reads>
  )
}
