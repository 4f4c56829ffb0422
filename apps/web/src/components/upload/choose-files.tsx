'use client'

import { useEffect, useRef } from 'react'
import buttons from '@/components/ui/button.module.css'
import classes from './upload.module.css'

interface ChooseFilesProps {
  text: string
  /** For those who hear it, where the text alone says too little. */
  label?: string
  multiple?: boolean
  disabled?: boolean
  small?: boolean
  /** Id of an element that says more. */
  describedBy?: string
  onFiles: (files: File[]) => void
}

/**
 * A button that the browser itself answers with its choice of files, maybe before the page's scripts
 * are there.
 */
export function ChooseFiles(props: ChooseFilesProps) {
  const { text, label, multiple, disabled, small, describedBy, onFiles } = props
  const input = useRef<HTMLInputElement>(null)
  const take = (field: HTMLInputElement | null) => {
    if (!field?.files || field.files.length === 0) return
    onFiles([...field.files])
    // The same file can be chosen again, after it was removed from the list.
    field.value = ''
  }
  const takeEarly = useRef(() => take(input.current))
  useEffect(() => takeEarly.current(), [])
  return (
    <label
      className={`${buttons.button} ${classes.choose}`}
      data-variant="filled"
      data-compact={small || undefined}
    >
      {text}
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        multiple={multiple}
        disabled={disabled}
        aria-label={label}
        aria-describedby={describedBy}
        onChange={({ currentTarget }) => take(currentTarget)}
      />
    </label>
  )
}
