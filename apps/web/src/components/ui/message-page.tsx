'use client'

import type { ReactNode } from 'react'
import buttons from './button.module.css'
import { LinkButton } from './link-button'
import classes from './message-page.module.css'

interface MessagePageProps {
  title: string
  children: ReactNode
  action: { label: string; href: string } | { label: string; onClick: () => void }
}

/**
 * A page that has nothing to show but a sentence, and the way on from there. It is what every page
 * turns into when it fails, and comes with every one: so it is made of nothing.
 */
export function MessagePage({ title, children, action }: MessagePageProps) {
  return (
    <div className={classes.page}>
      <h1 className={classes.title}>{title}</h1>
      <p className={classes.text}>{children}</p>
      {'href' in action ? (
        <LinkButton href={action.href}>{action.label}</LinkButton>
      ) : (
        <button
          type="button"
          className={buttons.button}
          data-variant="filled"
          onClick={action.onClick}
        >
          {action.label}
        </button>
      )}
    </div>
  )
}
