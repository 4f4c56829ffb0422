'use client'

import dynamic from 'next/dynamic'
import { usePathname } from 'next/navigation'
import { useUploads } from './upload-provider'

/** The tray comes with the first upload: most pages of most visitors never show one. */
const UploadTray = dynamic(() => import('./upload-tray'), { ssr: false })

/** The uploads, on every page but the one that shows them in full. */
export function UploadTraySlot() {
  const { engine, items } = useUploads()
  const path = usePathname()
  if (!engine || items.length === 0 || path === '/upload') return null
  return <UploadTray engine={engine} items={items} />
}
