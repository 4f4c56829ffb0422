import type { Metadata } from 'next'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import type { SearchParams } from 'nuqs/server'
import { JobsPage } from '@/components/jobs/jobs-page'
import { firstAnswer } from '@/lib/graphql/on-server'
import { jobFiltersOf, loadJobListAddress } from '@/lib/jobs/list-filters'
import { readFirstJobs } from '@/lib/jobs/on-server'
import { fetchPresetNames } from '@/lib/presets/preset-names'

export const metadata: Metadata = { title: 'Jobs' }

export default async function Page({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { at, ...asked } = await loadJobListAddress(searchParams)
  const [first, presets] = await Promise.all([
    readFirstJobs(jobFiltersOf(asked), at),
    firstAnswer(fetchPresetNames),
  ])
  // No Suspense: React would hold the rows back until its script has put them in place.
  return (
    <NuqsAdapter>
      <JobsPage first={first} presets={presets} />
    </NuqsAdapter>
  )
}
