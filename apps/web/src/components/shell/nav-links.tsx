'use client'

import { IconMenu2 } from '@tabler/icons-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { SessionUser } from '@/lib/rest/session'
import { entryClass, HeaderMenu } from './header-menu'
import { isCurrent, MAIN_PAGES, type NavPage, visibleTo } from './pages'
import classes from './shell.module.css'

interface NavProps {
  user: SessionUser | undefined
}

/** The main pages side by side, where there is room. */
export function NavLinks({ user }: NavProps) {
  return (
    <nav className={classes.nav} aria-label="Main">
      <PageLinks pages={visibleTo(MAIN_PAGES, user)} className={classes.link} iconSize={18} />
    </nav>
  )
}

/** The same under a button, on a phone. */
export function NavMenu({ user }: NavProps) {
  return (
    <HeaderMenu
      label="Pages"
      edge="start"
      className={classes.navButton}
      icon={<IconMenu2 size={22} aria-hidden="true" />}
    >
      <nav aria-label="Pages">
        <PageLinks pages={visibleTo(MAIN_PAGES, user)} className={entryClass} iconSize={18} />
      </nav>
    </HeaderMenu>
  )
}

interface PageLinksProps {
  pages: NavPage[]
  className: string | undefined
  /** Pixels. */
  iconSize: number
}

export function PageLinks({ pages, className, iconSize }: PageLinksProps) {
  const path = usePathname()
  return pages.map((page) => (
    <Link
      key={page.href}
      href={page.href}
      className={className}
      aria-current={isCurrent(page, path) ? 'page' : undefined}
    >
      <page.icon size={iconSize} aria-hidden="true" />
      {page.label}
    </Link>
  ))
}
