'use client'

import Link from 'next/link'
import { type ComponentType, useEffect, useRef } from 'react'
import classes from './tab-links.module.css'

export interface TabLink {
  href: string
  label: string
  icon: ComponentType<{ size?: number; 'aria-hidden'?: 'true' }>
}

interface TabLinksProps {
  label: string
  links: TabLink[]
  /** The address of the one that is shown. */
  current: string | undefined
}

/** The way between pages that belong together. On a phone they stay one line, which scrolls. */
export function TabLinks({ label, links, current }: TabLinksProps) {
  const row = useRef<HTMLElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page has another link in sight
  useEffect(() => {
    const bringInSight = () => {
      const link = row.current?.querySelector<HTMLElement>('[aria-current]')
      if (row.current && link)
        row.current.scrollLeft = link.offsetLeft - row.current.clientWidth / 3
    }
    bringInSight()
    window.addEventListener('resize', bringInSight)
    return () => window.removeEventListener('resize', bringInSight)
  }, [current])
  return (
    <nav aria-label={label} className={classes.row} ref={row}>
      {links.map(({ href, label, icon: Icon }) => (
        <Link
          key={href}
          href={href}
          className={classes.link}
          aria-current={href === current ? 'page' : undefined}
        >
          <Icon size={16} aria-hidden="true" />
          {label}
        </Link>
      ))}
    </nav>
  )
}
