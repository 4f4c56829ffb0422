'use client'

import { useQuery } from '@tanstack/react-query'
import { useGraphQL } from '@/components/providers/use-graphql'
import { fetchPresetNames } from '@/lib/presets/preset-names'

/** For fields in which one is chosen. */
export function usePresetNames() {
  const graphql = useGraphQL()
  return useQuery({
    queryKey: ['preset-names'],
    queryFn: ({ signal }) => fetchPresetNames(graphql, signal),
    staleTime: 60_000,
  })
}
