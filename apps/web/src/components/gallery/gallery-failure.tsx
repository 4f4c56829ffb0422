'use client'

import { useRouter } from 'next/navigation'
import { useTransition } from 'react'
import buttons from '@/components/ui/button.module.css'
import classes from './gallery.module.css'

/** The gallery could not be read: why, and a way to try again. */
export function GalleryFailure({ reason }: { reason: string }) {
  const router = useRouter()
  const [pending, startTransition] = useTransition()
  return (
    <div role="alert" className={classes.failure}>
      <p className={classes.failureTitle}>The gallery could not be read</p>
      <p>{reason}</p>
      <button
        type="button"
        className={buttons.button}
        data-variant="default"
        data-compact
        disabled={pending}
        onClick={() => startTransition(router.refresh)}
      >
        Try again
      </button>
    </div>
  )
}
