'use client'

import { IconCloudUpload } from '@tabler/icons-react'
import { ChooseFiles } from './choose-files'
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
        <ChooseFiles
          text="Choose files"
          multiple
          disabled={disabled}
          describedBy={describedBy}
          onFiles={onFiles}
        />
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
