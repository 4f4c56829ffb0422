'use client'

import { Anchor } from '@mantine/core'
import { type ReactNode, useId, useState } from 'react'

interface TableSwitchProps {
  /** Of the region, which scrolls. */
  label: string
  className?: string
  children: ReactNode
}

/** Shows a chart's figures as a table below it. */
export function TableSwitch({ label, className, children }: TableSwitchProps) {
  const [open, setOpen] = useState(false)
  const id = useId()
  return (
    <>
      <Anchor
        component="button"
        size="sm"
        mt="xs"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {open ? 'Hide the table' : 'Show as a table'}
      </Anchor>
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section id={id} className={className} tabIndex={0} aria-label={label}>
          {children}
        </section>
      )}
    </>
  )
}
