import type { Metadata } from 'next'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import type { SearchParams } from 'nuqs/server'
import { Suspense } from 'react'
import { JobsPage } from '@/components/jobs/jobs-page'
import { jobFiltersOf, loadJobListAddress } from '@/lib/jobs/list-filters'
import { readFirstJobs } from '@/lib/jobs/on-server'

export const metadata: Metadata = { title: 'Jobs' }

export default async function Page({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { at, ...asked } = await loadJobListAddress(searchParams)
  const first = await readFirstJobs(jobFiltersOf(asked), at)
  return (
    <Suspense>
      <NuqsAdapter>
        <JobsPage first={first} />
      </NuqsAdapter>
    </Suspense>
  )
}
