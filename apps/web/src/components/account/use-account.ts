'use client'

import { useQuery } from '@tanstack/react-query'
import { useServices } from '@/components/providers/services'
import { useSessionExpiry } from '@/components/providers/use-session'
import { fetchAccount } from '@/lib/account/profile'

/** One's account with its quotas. */
export function useAccount() {
  const { graphql } = useServices()
  const query = useQuery({
    queryKey: ['account'],
    queryFn: ({ signal }) => fetchAccount(graphql, signal),
  })
  useSessionExpiry(query.error)
  return query
}
