import type { Metadata } from 'next'
import { Suspense } from 'react'
import { WorkersPage } from '@/components/admin/workers-page'

export const metadata: Metadata = { title: 'Workers' }

export default function Page() {
  return (
    <Suspense>
      <WorkersPage />
    </Suspense>
  )
}
