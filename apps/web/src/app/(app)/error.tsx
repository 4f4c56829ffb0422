'use client'

import { FailedPage, type FailedPageProps } from '@/components/ui/failed-page'

/** Within what surrounds every page, so that the way on from there stays. */
export default function ErrorPage(props: FailedPageProps) {
  return <FailedPage {...props} />
}
