'use client'

import { ActionIcon, Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconBook, IconBrandGraphql, IconLogout, IconUserCircle } from '@tabler/icons-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useServices } from '@/components/providers/services'
import { useSignOut } from '@/components/providers/use-session'
import { messageOf } from '@/lib/rest/problem'
import type { SessionUser } from '@/lib/rest/session'
import { ACCOUNT_PAGES, isCurrent, visibleTo } from './pages'

export function UserMenu({ user }: { user: SessionUser }) {
  const signOut = useSignOut()
  const path = usePathname()
  const leave = () =>
    signOut().catch((error) =>
      notifications.show({ color: 'red', title: 'Still signed in', message: messageOf(error) }),
    )
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          c="var(--mantine-color-text)"
          size="lg"
          aria-label={`Account of ${user.email}`}
        >
          <IconUserCircle size={22} aria-hidden="true" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          Signed in as {user.email}
        </Menu.Label>
        {visibleTo(ACCOUNT_PAGES, user).map((page) => (
          <Menu.Item
            key={page.href}
            component={Link}
            href={page.href}
            leftSection={<page.icon size={16} aria-hidden="true" />}
            aria-current={isCurrent(page, path) ? 'page' : undefined}
          >
            {page.label}
          </Menu.Item>
        ))}
        <DeveloperItems />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden="true" />} onClick={leave}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** The services' own pages, each at its own address. */
function DeveloperItems() {
  const { apiUrl, graphqlUrl } = useServices().config
  const items = [
    { href: `${apiUrl}/docs`, label: 'API documentation', icon: IconBook },
    { href: `${graphqlUrl}/`, label: 'GraphQL playground', icon: IconBrandGraphql },
  ]
  return items.map(({ href, label, icon: Icon }) => (
    <Menu.Item
      key={href}
      component="a"
      href={href}
      target="_blank"
      rel="noreferrer"
      leftSection={<Icon size={16} aria-hidden="true" />}
    >
      {label}
    </Menu.Item>
  ))
}
