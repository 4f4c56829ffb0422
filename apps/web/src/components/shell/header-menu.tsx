'use client'

import { type MouseEvent, type ReactNode, useId } from 'react'
import classes from './header-menu.module.css'

interface HeaderMenuProps {
  /** What the button is called. */
  label: string
  icon: ReactNode
  /** The edge of the header that the list hangs from. */
  edge: 'start' | 'end'
  /** Of the button, such as to hide it where there is room for more. */
  className?: string | undefined
  children: ReactNode
}

/**
 * A button of the header with a list under it, as the browser's own popover: it opens before any
 * script has come, closes with Escape or a click elsewhere and gives the focus back, and costs the
 * public pages nothing. Its entries are links and buttons, as W3C's pattern of disclosed navigation
 * has them, not a menu of an application.
 */
export function HeaderMenu({ label, icon, edge, className, children }: HeaderMenuProps) {
  const id = useId()
  return (
    <>
      <button
        type="button"
        className={[classes.button, className].join(' ')}
        aria-label={label}
        popoverTarget={id}
      >
        {icon}
      </button>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: what is chosen in it closes it */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard clicks its links and buttons */}
      <div
        id={id}
        popover="auto"
        className={classes.list}
        data-edge={edge}
        onClick={closeAfterChoice}
      >
        {children}
      </div>
    </>
  )
}

function closeAfterChoice(event: MouseEvent<HTMLElement>) {
  const chosen = event.target instanceof Element && event.target.closest('a, button')
  if (chosen) event.currentTarget.hidePopover()
}

/** For links and buttons in it. */
export const entryClass = classes.entry

/** For words above them. */
export const captionClass = classes.caption
