'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useServices } from '@/components/providers/services'
import { useSessionExpiry } from '@/components/providers/use-session'
import { complain } from '@/components/ui/notices'
import { type ApiKey, fetchApiKeys, revokeApiKey } from '@/lib/account/api-keys'

const KEY = ['api-keys']

/** `all`: those that have ended, too. */
export function useApiKeys(all: boolean) {
  const { rest } = useServices()
  const query = useQuery({
    queryKey: [...KEY, { all }],
    queryFn: ({ signal }) => fetchApiKeys(rest, all, signal),
  })
  useSessionExpiry(query.error)
  return query
}

export function useKeysChanged(): () => Promise<void> {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: KEY })
}

/** Waits for the server: a key that still works must not look as if it did not. */
export function useRevokeKey(onRevoked: () => void) {
  const { rest } = useServices()
  const reread = useKeysChanged()
  return useMutation({
    mutationFn: (key: ApiKey) => revokeApiKey(rest, key.id),
    onError: complain('The key was not revoked'),
    onSuccess: async () => {
      await reread()
      onRevoked()
    },
  })
}
