'use client'

import type { ReactNode } from 'react'
import classes from './facts.module.css'

interface FactsProps {
  /** Where many stand together. */
  dense?: boolean
  /** `dt` and `dd` in turns. */
  children: ReactNode
}

/** What is known of one thing: names on the left, values on the right. */
export function Facts({ dense = false, children }: FactsProps) {
  return (
    <dl className={classes.facts} data-dense={dense}>
      {children}
    </dl>
  )
}
