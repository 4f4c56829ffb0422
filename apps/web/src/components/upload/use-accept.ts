'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { useGraphQL } from '@/components/providers/use-graphql'
import type { UploadEngine } from '@/lib/upload/engine'
import { fetchQuotas } from '@/lib/upload/queries'
import { admitWithin } from '@/lib/upload/quota'
import type { UploadSettings } from '@/lib/upload/settings'
import { isUnfinished } from '@/lib/upload/upload-item'

const QUOTAS_KEY = ['quotas']

export function useQuotas() {
  const graphql = useGraphQL()
  return useQuery({
    queryKey: QUOTAS_KEY,
    queryFn: ({ signal }) => fetchQuotas(graphql, signal),
    staleTime: 30_000,
  })
}

/** Takes files, as far as the account has room for them, and says why of those that it does not take. */
export function useAccept(engine: UploadEngine | null, settings: UploadSettings) {
  const graphql = useGraphQL()
  const queries = useQueryClient()
  const [rejections, setRejections] = useState<string[]>([])

  const accept = useCallback(
    async (files: File[]) => {
      if (!engine) return
      setRejections([])
      // What was begun earlier is counted as stored already.
      const resumed = files.filter((file) => engine.isResumable(file))
      const fresh = files.filter((file) => !resumed.includes(file))
      const quotas = await queries
        .fetchQuery({
          queryKey: QUOTAS_KEY,
          queryFn: ({ signal }) => fetchQuotas(graphql, signal),
          retry: false,
        })
        // Without an answer the server decides, before the first byte as well.
        .catch(() => null)
      const waiting = engine.getItems().filter(isUnfinished).length
      const { admitted, rejections: refused } = quotas
        ? admitWithin(fresh, quotas, waiting + resumed.length)
        : { admitted: fresh, rejections: [] }
      setRejections([...refused, ...engine.add([...resumed, ...admitted], settings)])
    },
    [engine, settings, graphql, queries],
  )
  return { accept, rejections, clearRejections: () => setRejections([]) }
}
