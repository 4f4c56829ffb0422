'use client'

import { IconCloudUpload } from '@tabler/icons-react'
import { useRef } from 'react'
import buttons from '@/components/ui/button.module.css'
import classes from './upload.module.css'
import { useFileDrop } from './use-file-drop'

interface DropZoneProps {
  onFiles: (files: File[]) => void
  disabled: boolean
  /** Id of the element that states the limits. */
  describedBy: string
}

/** Takes files by drop anywhere on the page, and by button. */
export function DropZone({ onFiles, disabled, describedBy }: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null)
  const over = useFileDrop(onFiles, disabled)
  return (
    <>
      <div className={classes.dropZone} data-over={over || undefined}>
        <IconCloudUpload
          size={52}
          stroke={1.4}
          aria-hidden="true"
          className={classes.dropZoneIcon}
        />
        <p className={classes.dropZoneTitle}>{over ? 'Let go to upload' : 'Drop videos here'}</p>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          disabled={disabled}
          aria-label="Video files"
          onChange={({ currentTarget }) => {
            onFiles([...(currentTarget.files ?? [])])
            // The same file can be chosen again, after it was removed from the list.
            currentTarget.value = ''
          }}
        />
        <button
          type="button"
          className={buttons.button}
          data-variant="filled"
          disabled={disabled}
          aria-describedby={describedBy}
          onClick={() => input.current?.click()}
        >
          Choose files
        </button>
        <p className={classes.dropZoneNote}>
          Uploads go on while you look around, and can be continued after a break.
        </p>
      </div>
      {over && (
        <div className={classes.fullScreen} aria-hidden="true">
          Let go to upload
        </div>
      )}
    </>
  )
}
