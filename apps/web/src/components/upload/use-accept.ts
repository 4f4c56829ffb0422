'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { useGraphQL } from '@/components/providers/use-graphql'
import type { FirstAnswer } from '@/lib/graphql/on-server'
import { fetchQuotas } from '@/lib/upload/queries'
import { admitWithin, type Quotas } from '@/lib/upload/quota'
import type { UploadSettings } from '@/lib/upload/settings'
import { isUnfinished } from '@/lib/upload/upload-item'
import { useUploads } from './upload-provider'

const QUOTAS_KEY = ['quotas']

const NOT_LOADED =
  'A part of this page could not be fetched. Check the connection, then choose the files again.'

/** `first`: what the page was sent with. */
export function useQuotas(first?: FirstAnswer<Quotas> | null) {
  const graphql = useGraphQL()
  return useQuery({
    queryKey: QUOTAS_KEY,
    queryFn: ({ signal }) => fetchQuotas(graphql, signal),
    initialData: first?.data,
    initialDataUpdatedAt: first?.readAt,
    staleTime: 30_000,
  })
}

/** Takes files, as far as the account has room for them, and says why of those that it does not take. */
export function useAccept(settings: UploadSettings) {
  const { load } = useUploads()
  const graphql = useGraphQL()
  const queries = useQueryClient()
  const [rejections, setRejections] = useState<string[]>([])

  const accept = useCallback(
    async (files: File[]) => {
      if (files.length === 0) return
      setRejections([])
      const engine = await load().catch(() => null)
      if (!engine) {
        setRejections([NOT_LOADED])
        return
      }
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
    [load, settings, graphql, queries],
  )
  return { accept, rejections, clearRejections: () => setRejections([]) }
}
