import type { Metadata } from 'next'
import { Suspense } from 'react'
import { NewPresetPage } from '@/components/presets/new-preset-page'

export const metadata: Metadata = { title: 'New preset' }

export default function Page() {
  return (
    <Suspense>
      <NewPresetPage />
    </Suspense>
  )
}
