'use client'

import { useQuery } from '@tanstack/react-query'
import { useServices } from '@/components/providers/services'
import { bodyOf } from '@/lib/rest/client'

/** Lists name owners by their id. As many as one answer holds are shown by their address instead. */
const MOST_OWNERS = 500

/** Gives the function that tells an owner's e-mail address, or the beginning of the id. */
export function useOwners(): (id: string) => string {
  const { rest } = useServices()
  const { data } = useQuery({
    queryKey: ['admin', 'owners'],
    queryFn: async ({ signal }) => {
      const query = { limit: MOST_OWNERS }
      const page = bodyOf(await rest.GET('/api/v1/admin/users', { params: { query }, signal }))
      return new Map(page.items.map(({ id, email }) => [id, email]))
    },
    staleTime: 60_000,
  })
  return (id) => data?.get(id) ?? `account ${id.slice(0, 8)}…`
}
