'use client'

import { Skeleton, Stack } from '@mantine/core'
import {
  IconGauge,
  IconList,
  IconMailPlus,
  IconMailX,
  IconServer2,
  IconUsers,
} from '@tabler/icons-react'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { useSession } from '@/components/providers/session-provider'
import { isCurrent, type NavPage } from '@/components/shell/pages'
import { MessagePage } from '@/components/ui/message-page'
import { TabLinks } from '@/components/ui/tab-links'

const OVERVIEW: NavPage = { href: '/admin', label: 'Overview', icon: IconGauge, who: 'admin' }

const PAGES: NavPage[] = [
  OVERVIEW,
  { href: '/admin/jobs', label: 'Jobs', icon: IconList, who: 'admin' },
  { href: '/admin/workers', label: 'Workers', icon: IconServer2, who: 'admin' },
  { href: '/admin/dead-letters', label: 'Dead letters', icon: IconMailX, who: 'admin' },
  { href: '/admin/users', label: 'Accounts', icon: IconUsers, who: 'admin' },
  { href: '/admin/invitations', label: 'Invitations', icon: IconMailPlus, who: 'admin' },
]

/** Around the pages for administrators: the way between them, and a word to everybody else. */
export function AdminFrame({ children }: { children: ReactNode }) {
  const { data: user } = useSession()
  // Nobody is signed in, or it is not known yet: in the first case they are sent on from above.
  if (!user) return <Skeleton height={36} mt="md" aria-hidden="true" />
  if (user.role !== 'admin') {
    return (
      <MessagePage
        title="This page is for administrators"
        action={{ label: 'Go to your jobs', href: '/jobs' }}
      >
        You are signed in as {user.email}, which is a plain account. An administrator can make it
        one of theirs under Administration, Accounts.
      </MessagePage>
    )
  }
  return (
    <Stack gap="xs">
      <AdminNav />
      {children}
    </Stack>
  )
}

function AdminNav() {
  const path = usePathname()
  const current = PAGES.find((page) =>
    page === OVERVIEW ? path === page.href : isCurrent(page, path),
  )
  return <TabLinks label="Administration" links={PAGES} current={current?.href} />
}
