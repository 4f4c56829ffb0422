'use client'

import { IconMovie } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { UploadEngine } from '@/lib/upload/engine'
import { posterFrame } from '@/lib/upload/poster-frame'
import classes from './upload.module.css'

interface UploadPosterProps {
  engine: UploadEngine
  id: string
  /** The server's own, once there is one. */
  posterUrl: string | null
}

/** A picture of the file at once, drawn by the browser; the server's takes its place later. */
export function UploadPoster({ engine, id, posterUrl }: UploadPosterProps) {
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
  const source = posterUrl ?? frame
  return (
    <div className={classes.poster} aria-hidden="true" data-from={posterUrl ? 'server' : 'file'}>
      {source ? <img src={source} alt="" /> : <IconMovie size={22} />}
    </div>
  )
}
