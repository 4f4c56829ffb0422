import type { Metadata } from 'next'
import { Suspense } from 'react'
import { VideosPage } from '@/components/videos/videos-page'

export const metadata: Metadata = { title: 'My videos' }

export default function Page() {
  return (
    <Suspense>
      <VideosPage />
    </Suspense>
  )
}
