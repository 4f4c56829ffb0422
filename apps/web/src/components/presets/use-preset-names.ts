'use client'

import { useQuery } from '@tanstack/react-query'
import { useServices } from '@/components/providers/services'
import { fetchPresetNames } from '@/lib/presets/preset-names'

/** For fields in which one is chosen. */
export function usePresetNames() {
  const { graphql } = useServices()
  return useQuery({
    queryKey: ['preset-names'],
    queryFn: ({ signal }) => fetchPresetNames(graphql, signal),
    staleTime: 60_000,
  })
}
