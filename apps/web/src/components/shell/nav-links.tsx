'use client'

import { ActionIcon, Menu } from '@mantine/core'
import { IconMenu2 } from '@tabler/icons-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { SessionUser } from '@/lib/rest/session'
import { isCurrent, MAIN_PAGES, visibleTo } from './pages'
import classes from './shell.module.css'

interface NavProps {
  user: SessionUser | undefined
}

/** The main pages side by side, where there is room. */
export function NavLinks({ user }: NavProps) {
  const path = usePathname()
  return (
    <nav className={classes.nav} aria-label="Main">
      {visibleTo(MAIN_PAGES, user).map((page) => (
        <Link
          key={page.href}
          href={page.href}
          className={classes.link}
          aria-current={isCurrent(page, path) ? 'page' : undefined}
        >
          <page.icon size={18} aria-hidden="true" />
          {page.label}
        </Link>
      ))}
    </nav>
  )
}

/** The same under a button, on a phone. */
export function NavMenu({ user }: NavProps) {
  const path = usePathname()
  return (
    <Menu position="bottom-start" width={220}>
      <Menu.Target>
        <ActionIcon
          className={classes.navButton}
          variant="subtle"
          color="gray"
          c="var(--mantine-color-text)"
          size="lg"
          aria-label="Pages"
        >
          <IconMenu2 size={22} aria-hidden="true" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {visibleTo(MAIN_PAGES, user).map((page) => (
          <Menu.Item
            key={page.href}
            component={Link}
            href={page.href}
            leftSection={<page.icon size={18} aria-hidden="true" />}
            aria-current={isCurrent(page, path) ? 'page' : undefined}
          >
            {page.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
