'use client'

import { fromEvent } from 'file-selector'
import { useEffect, useState } from 'react'

/**
 * Takes files, and folders of files, that are dropped anywhere on the page. What is acceptable is
 * not decided here: a file that cannot be taken is to be named with its reason, not to be dropped
 * silently. True while some are held over the page.
 */
export function useFileDrop(onFiles: (files: File[]) => void, disabled: boolean): boolean {
  const [over, setOver] = useState(false)
  useEffect(() => {
    if (disabled) return
    const hold = (event: DragEvent) => {
      if (!holdsFiles(event)) return
      // Without this the browser opens what is dropped, in place of the page.
      event.preventDefault()
      setOver(true)
    }
    const leave = (event: DragEvent) => {
      // Within the page there is always another element that it goes on to.
      if (event.relatedTarget === null) setOver(false)
    }
    const drop = (event: DragEvent) => {
      if (!holdsFiles(event)) return
      event.preventDefault()
      setOver(false)
      void fromEvent(event).then((found) => {
        const files = found.filter((it) => it instanceof File)
        if (files.length > 0) onFiles(files)
      })
    }
    const handlers = { dragenter: hold, dragover: hold, dragleave: leave, drop } as const
    const names = Object.keys(handlers) as (keyof typeof handlers)[]
    for (const name of names) document.addEventListener(name, handlers[name])
    return () => {
      for (const name of names) document.removeEventListener(name, handlers[name])
    }
  }, [onFiles, disabled])
  return over && !disabled
}

function holdsFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false
}
