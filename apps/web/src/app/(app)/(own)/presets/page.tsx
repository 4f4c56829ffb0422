import type { Metadata } from 'next'
import { Suspense } from 'react'
import { PresetsPage } from '@/components/presets/presets-page'

export const metadata: Metadata = { title: 'Presets' }

export default function Page() {
  return (
    <Suspense>
      <PresetsPage />
    </Suspense>
  )
}
