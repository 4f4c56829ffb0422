import type { Metadata } from 'next'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import { Suspense } from 'react'
import { NewPresetPage } from '@/components/presets/new-preset-page'

export const metadata: Metadata = { title: 'New preset' }

export default function Page() {
  return (
    <Suspense>
      <NuqsAdapter>
        <NewPresetPage />
      </NuqsAdapter>
    </Suspense>
  )
}
