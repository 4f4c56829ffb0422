'use client'

import { IconBook, IconBrandGraphql, IconLogout, IconUserCircle } from '@tabler/icons-react'
import { useServices } from '@/components/providers/services'
import { useSignOut } from '@/components/providers/use-session'
import { complain } from '@/components/ui/notices'
import type { SessionUser } from '@/lib/rest/session'
import { captionClass, entryClass, HeaderMenu } from './header-menu'
import { PageLinks } from './nav-links'
import { ACCOUNT_PAGES, visibleTo } from './pages'

export function UserMenu({ user }: { user: SessionUser }) {
  const signOut = useSignOut()
  return (
    <HeaderMenu
      label={`Account of ${user.email}`}
      edge="end"
      icon={<IconUserCircle size={22} aria-hidden="true" />}
    >
      <p className={captionClass}>Signed in as {user.email}</p>
      <nav aria-label="Account">
        <PageLinks pages={visibleTo(ACCOUNT_PAGES, user)} className={entryClass} iconSize={16} />
        <DeveloperLinks />
      </nav>
      <button
        type="button"
        className={entryClass}
        onClick={() => signOut().catch(complain('Still signed in'))}
      >
        <IconLogout size={16} aria-hidden="true" />
        Sign out
      </button>
    </HeaderMenu>
  )
}

/** The services' own pages, each at its own address. */
function DeveloperLinks() {
  const { apiUrl, graphqlUrl } = useServices().config
  const links = [
    { href: `${apiUrl}/docs`, label: 'API documentation', icon: IconBook },
    { href: `${graphqlUrl}/`, label: 'GraphQL playground', icon: IconBrandGraphql },
  ]
  return links.map(({ href, label, icon: Icon }) => (
    <a key={href} href={href} className={entryClass} target="_blank" rel="noreferrer">
      <Icon size={16} aria-hidden="true" />
      {label}
    </a>
  ))
}
