'use client'

import { IconPlayerPlayFilled } from '@tabler/icons-react'
import { useHydrated } from '@/components/ui/use-hydrated'
import classes from './player-frame.module.css'

interface StartButtonProps {
  /** Names the film to a screen reader. */
  title: string
  /** The pointer or the focus is on it. */
  onComing: () => void
  onStart: () => void
}

/** All of the picture is the button, as in every player. */
export function StartButton({ title, onComing, onStart }: StartButtonProps) {
  return (
    <button
      type="button"
      className={classes.start}
      aria-label={`Play ${title}`}
      data-start-player
      disabled={!useHydrated()}
      onPointerEnter={onComing}
      onPointerDown={onComing}
      onFocus={onComing}
      onClick={onStart}
    >
      <span className={classes.startIcon}>
        <IconPlayerPlayFilled size={32} aria-hidden="true" />
      </span>
    </button>
  )
}
