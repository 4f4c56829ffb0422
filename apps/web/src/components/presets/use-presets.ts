'use client'

import { useQuery } from '@tanstack/react-query'
import { useGraphQL } from '@/components/providers/use-graphql'
import { useSessionExpiry } from '@/components/providers/use-session'
import { fetchPresets } from '@/lib/presets/queries'

export const PRESETS_KEY = ['presets']

export function usePresets() {
  const graphql = useGraphQL()
  const query = useQuery({
    queryKey: PRESETS_KEY,
    queryFn: ({ signal }) => fetchPresets(graphql, signal),
    staleTime: 30_000,
  })
  useSessionExpiry(query.error)
  return query
}
