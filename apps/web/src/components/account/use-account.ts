'use client'

import { useQuery } from '@tanstack/react-query'
import { useGraphQL } from '@/components/providers/use-graphql'
import { useSessionExpiry } from '@/components/providers/use-session'
import { fetchAccount } from '@/lib/account/profile'

/** One's account with its quotas. */
export function useAccount() {
  const graphql = useGraphQL()
  const query = useQuery({
    queryKey: ['account'],
    queryFn: ({ signal }) => fetchAccount(graphql, signal),
  })
  useSessionExpiry(query.error)
  return query
}
