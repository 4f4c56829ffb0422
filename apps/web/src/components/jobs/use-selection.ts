'use client'

import { useCallback, useRef, useState } from 'react'
import type { JobSummary } from '@/lib/jobs/job'

const NONE: ReadonlySet<string> = new Set()

/** Which jobs are ticked. With Shift a tick reaches from the last one to this one. */
export function useSelection(jobs: JobSummary[]) {
  const [ids, setIds] = useState(NONE)
  const last = useRef<string | null>(null)
  const known = useRef(jobs)
  known.current = jobs

  const toggle = useCallback((id: string, shift: boolean) => {
    const order = known.current.map((job) => job.id)
    const [here, there] = [order.indexOf(id), order.indexOf(last.current ?? '')]
    const reached =
      shift && there >= 0 ? order.slice(Math.min(here, there), Math.max(here, there) + 1) : [id]
    last.current = id
    setIds((before) => {
      const after = new Set(before)
      const adds = !before.has(id)
      for (const each of reached) {
        if (adds) after.add(each)
        else after.delete(each)
      }
      return after
    })
  }, [])
  const clear = useCallback(() => setIds(NONE), [])
  const selectAll = useCallback(() => setIds(new Set(known.current.map((job) => job.id))), [])
  // What was deleted meanwhile, here or elsewhere, is not selected any more.
  const selected = ids.size === 0 ? [] : jobs.filter((job) => ids.has(job.id))
  return { ids, selected, toggle, clear, selectAll }
}
