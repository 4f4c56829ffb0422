import type { Metadata } from 'next'
import { Suspense } from 'react'
import { AdminJobsPage } from '@/components/admin/admin-jobs-page'

export const metadata: Metadata = { title: 'Everybody’s jobs' }

export default function Page() {
  return (
    <Suspense>
      <AdminJobsPage />
    </Suspense>
  )
}
