'use client'

import type { UploadEngine } from '@/lib/upload/engine'
import type { UploadItem } from '@/lib/upload/upload-item'
import { ResumableUploads } from './resumable-uploads'
import { UploadList } from './upload-list'

interface UploadQueueProps {
  engine: UploadEngine
  items: UploadItem[]
  onFiles: (files: File[]) => void
}

/** What is being uploaded, and what an earlier visit left unfinished. */
export default function UploadQueue({ engine, items, onFiles }: UploadQueueProps) {
  return (
    <>
      <ResumableUploads engine={engine} items={items} onFiles={onFiles} />
      {items.length > 0 && <UploadList engine={engine} items={items} />}
    </>
  )
}
