'use client'

import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { useServices } from '@/components/providers/services'
import type { SessionUser } from '@/lib/rest/session'
import type { UploadEngine } from '@/lib/upload/engine'
import { isUnfinished, type UploadItem } from '@/lib/upload/upload-item'

interface Uploads {
  /** Null until somebody asked for it: pages that upload nothing do not load it. */
  engine: UploadEngine | null
  items: UploadItem[]
  load: () => void
}

const UploadContext = createContext<Uploads | null>(null)
const NONE: UploadItem[] = []

/** Holds the uploads of the person who is signed in; they go on while the pages change below. */
export function UploadProvider({
  user,
  children,
}: {
  user: SessionUser | undefined
  children: ReactNode
}) {
  const { rest, config } = useServices()
  const [engine, setEngine] = useState<UploadEngine | null>(null)
  const loading = useRef(false)
  const userId = user?.id

  const load = useCallback(() => {
    if (loading.current || !userId) return
    loading.current = true
    Promise.all([import('@/lib/upload/engine'), import('@/lib/rest/uploads')])
      .then(([{ UploadEngine }, { createUploadApi }]) => {
        const api = createUploadApi(rest)
        setEngine(new UploadEngine({ api, limits: config.limits, userId, storage: localStorage }))
      })
      .catch(() => {
        // The script could not be fetched; whoever asks next tries again.
        loading.current = false
      })
  }, [rest, config, userId])

  const items = useSyncExternalStore(
    useCallback((listener: () => void) => engine?.subscribe(listener) ?? (() => {}), [engine]),
    () => engine?.getItems() ?? NONE,
    () => NONE,
  )
  useLeaveWarning(items.some(isUnfinished))
  const uploads = useMemo(() => ({ engine, items, load }), [engine, items, load])
  return <UploadContext value={uploads}>{children}</UploadContext>
}

export function useUploads(): Uploads {
  const uploads = useContext(UploadContext)
  if (!uploads) throw new Error('useUploads needs an UploadProvider above it')
  return uploads
}

function useLeaveWarning(active: boolean): void {
  useEffect(() => {
    if (!active) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [active])
}
