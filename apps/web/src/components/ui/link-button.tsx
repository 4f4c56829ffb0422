import Link from 'next/link'
import type { ReactNode } from 'react'
import classes from './button.module.css'

interface LinkButtonProps {
  href: string
  variant?: 'filled' | 'default' | 'subtle'
  compact?: boolean
  children: ReactNode
}

/**
 * A link that looks like a button. Mantine's own would bring its states of loading with it, on
 * pages that have nothing to load.
 */
export function LinkButton({ href, variant = 'filled', compact, children }: LinkButtonProps) {
  return (
    <Link
      href={href}
      className={classes.button}
      data-variant={variant}
      data-compact={compact || undefined}
    >
      {children}
    </Link>
  )
}
