'use client'

import { useQuery } from '@tanstack/react-query'
import { useGraphQL } from '@/components/providers/use-graphql'
import type { FirstAnswer } from '@/lib/graphql/on-server'
import { fetchPresetNames, type PresetName } from '@/lib/presets/preset-names'

/** For fields in which one is chosen. `first`: what the page was sent with. */
export function usePresetNames(first?: FirstAnswer<PresetName[]> | null) {
  const graphql = useGraphQL()
  return useQuery({
    queryKey: ['preset-names'],
    queryFn: ({ signal }) => fetchPresetNames(graphql, signal),
    initialData: first?.data,
    initialDataUpdatedAt: first?.readAt,
    staleTime: 60_000,
  })
}
