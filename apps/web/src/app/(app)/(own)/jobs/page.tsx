import type { Metadata } from 'next'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import { Suspense } from 'react'
import { JobsPage } from '@/components/jobs/jobs-page'

export const metadata: Metadata = { title: 'Jobs' }

export default function Page() {
  return (
    <Suspense>
      <NuqsAdapter>
        <JobsPage />
      </NuqsAdapter>
    </Suspense>
  )
}
