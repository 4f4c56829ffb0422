'use client'

import { useMemo, useState } from 'react'
import type { OwnVideo } from '@/lib/videos/video'

export interface Selection {
  /** The chosen ones among those that are shown. */
  chosen: OwnVideo[]
  has: (id: string) => boolean
  toggle: (id: string) => void
  all: boolean
  /** Chooses all that are shown, or none where all are chosen. */
  toggleAll: () => void
  clear: () => void
}

/** Which of the shown videos are chosen; what is not shown any more is not chosen either. */
export function useSelection(videos: OwnVideo[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  return useMemo(() => {
    const chosen = videos.filter(({ id }) => ids.has(id))
    const all = chosen.length > 0 && chosen.length === videos.length
    return {
      chosen,
      all,
      has: (id) => ids.has(id),
      toggle: (id) =>
        setIds(ids.has(id) ? new Set([...ids].filter((x) => x !== id)) : new Set([...ids, id])),
      toggleAll: () => setIds(all ? new Set() : new Set(videos.map(({ id }) => id))),
      clear: () => setIds(new Set()),
    }
  }, [videos, ids])
}
