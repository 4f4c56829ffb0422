'use client'

import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useEffect, useRef } from 'react'
import { useLive } from '@/components/live/use-live'
import { useGraphQL } from '@/components/providers/use-graphql'
import { useSessionExpiry } from '@/components/providers/use-session'
import { isSeenIn } from '@/lib/videos/live'
import { fetchOwnVideos, type VideosPage } from '@/lib/videos/queries'
import { type OwnVideo, VISIBILITIES } from '@/lib/videos/video'

const PAGE_SIZE = 25

export const OWN_VIDEOS_KEY = ['own-videos']

/** The stream tells of every change; this is for where it cannot get through. */
const SAFETY_INTERVAL_MS = 60_000
/** What changes within so long is read at once. */
const GATHER_MS = 500

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
    refetchInterval: SAFETY_INTERVAL_MS,
  })
  useSessionExpiry(query.error)
  useReadAgain(query.data, after === null)
  return query
}

/** Reads the list again when something of it has changed, or may have. */
function useReadAgain(page: VideosPage<OwnVideo> | undefined, isFirst: boolean): void {
  const queries = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useLive((event) => {
    if (event.kind === 'progress' || (page && !isSeenIn(page.videos, event, isFirst))) return
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      void queries.invalidateQueries({ queryKey: OWN_VIDEOS_KEY })
    }, GATHER_MS)
  })
  useEffect(
    () => () => {
      clearTimeout(timer.current)
      timer.current = undefined
    },
    [],
  )
}
