'use client'

import { IconList, IconUpload } from '@tabler/icons-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import classes from './shell.module.css'

const PAGES = [
  { href: '/', label: 'Upload', icon: IconUpload, matches: (path: string) => path === '/' },
  {
    href: '/jobs',
    label: 'Jobs',
    icon: IconList,
    matches: (path: string) => path.startsWith('/jobs'),
  },
]

export function NavLinks() {
  const path = usePathname()
  return (
    <nav className={classes.nav} aria-label="Main">
      {PAGES.map(({ href, label, icon: Icon, matches }) => (
        <Link
          key={href}
          href={href}
          className={classes.link}
          aria-current={matches(path) ? 'page' : undefined}
        >
          <Icon size={18} aria-hidden="true" />
          {label}
        </Link>
      ))}
    </nav>
  )
}
