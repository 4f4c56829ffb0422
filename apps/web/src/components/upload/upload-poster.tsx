'use client'

import { useEffect, useState } from 'react'
import { Thumbnail } from '@/components/ui/thumbnail'
import type { UploadEngine } from '@/lib/upload/engine'
import { posterFrame } from '@/lib/upload/poster-frame'
import classes from './upload.module.css'

interface UploadPosterProps {
  engine: UploadEngine
  id: string
  /** The server's own, once there is one. */
  thumbnailUrl: string | null
}

/** A picture of the file at once, drawn by the browser; the server's takes its place later. */
export function UploadPoster({ engine, id, thumbnailUrl }: UploadPosterProps) {
  const [frame, setFrame] = useState<string | null>(null)
  useEffect(() => {
    const file = engine.fileOf(id)
    if (!file) return
    let wanted = true
    void posterFrame(file).then((picture) => wanted && setFrame(picture))
    return () => {
      wanted = false
    }
  }, [engine, id])
  const source = thumbnailUrl ?? frame
  return (
    <div className={classes.poster} data-from={thumbnailUrl ? 'server' : 'file'}>
      <Thumbnail url={source} seconds={null} urgent />
    </div>
  )
}
