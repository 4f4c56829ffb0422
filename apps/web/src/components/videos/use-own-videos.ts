'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useGraphQL } from '@/components/providers/use-graphql'
import { useSessionExpiry } from '@/components/providers/use-session'
import { isActive } from '@/lib/jobs/job'
import { fetchOwnVideos } from '@/lib/videos/queries'
import { type OwnVideo, VISIBILITIES } from '@/lib/videos/video'

const PAGE_SIZE = 25

export const OWN_VIDEOS_KEY = ['own-videos']

/** While one of them is transcoded, and while none is: others may upload too. */
const BUSY_INTERVAL_MS = 3_000
const IDLE_INTERVAL_MS = 30_000

/** What the list shows, kept in the address. `pages` holds the cursor of every page gone through. */
export function useOwnVideoFilters() {
  return useQueryStates(
    {
      visibility: parseAsStringLiteral(VISIBILITIES),
      search: parseAsString.withDefault(''),
      pages: parseAsArrayOf(parseAsString).withDefault([]),
    },
    { history: 'push' },
  )
}

export type OwnVideoFilters = ReturnType<typeof useOwnVideoFilters>[0]

export function useOwnVideos({ visibility, search, pages }: OwnVideoFilters) {
  const graphql = useGraphQL()
  const after = pages.at(-1) ?? null
  const query = useQuery({
    queryKey: [...OWN_VIDEOS_KEY, { visibility, search, after }],
    queryFn: ({ signal }) =>
      fetchOwnVideos(graphql, { visibility, search, after, first: PAGE_SIZE }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.videos.some(isBusy) ? BUSY_INTERVAL_MS : IDLE_INTERVAL_MS,
  })
  useSessionExpiry(query.error)
  return query
}

function isBusy({ latestJobStatus }: OwnVideo): boolean {
  return latestJobStatus !== null && isActive(latestJobStatus)
}
