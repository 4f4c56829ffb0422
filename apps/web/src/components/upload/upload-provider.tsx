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
import type { InputLimits } from '@/lib/config'
import type { RestClient } from '@/lib/rest/client'
import type { SessionUser } from '@/lib/rest/session'
import type { UploadEngine } from '@/lib/upload/engine'
import { isUnfinished, type UploadItem } from '@/lib/upload/upload-item'

interface Uploads {
  /** Null until somebody asked for it: pages that upload nothing do not load it. */
  engine: UploadEngine | null
  items: UploadItem[]
  /** @throws Error when its script cannot be fetched, or nobody is signed in. */
  load: () => Promise<UploadEngine>
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
  const loading = useRef<Promise<UploadEngine> | null>(null)
  const userId = user?.id

  const load = useCallback(() => {
    loading.current ??= createEngine(rest, config.limits, userId)
      .then((created) => {
        setEngine(created)
        return created
      })
      .catch((error) => {
        // Whoever asks next tries again.
        loading.current = null
        throw error
      })
    return loading.current
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

async function createEngine(
  rest: RestClient,
  limits: InputLimits,
  userId: string | undefined,
): Promise<UploadEngine> {
  if (!userId) throw new Error('Sign in to upload.')
  const [{ UploadEngine }, { createUploadApi }] = await Promise.all([
    import('@/lib/upload/engine'),
    import('@/lib/rest/uploads'),
  ])
  return new UploadEngine({ api: createUploadApi(rest), limits, userId, storage: localStorage })
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
