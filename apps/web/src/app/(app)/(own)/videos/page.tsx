import type { Metadata } from 'next'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import { Suspense } from 'react'
import { VideosPage } from '@/components/videos/videos-page'

export const metadata: Metadata = { title: 'My videos' }

export default function Page() {
  return (
    <Suspense>
      <NuqsAdapter>
        <VideosPage />
      </NuqsAdapter>
    </Suspense>
  )
}
