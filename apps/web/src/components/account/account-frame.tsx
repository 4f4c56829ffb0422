'use client'

import { Stack, Title } from '@mantine/core'
import { IconChartBar, IconDevices, IconKey, IconUser } from '@tabler/icons-react'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { TabLinks } from '@/components/ui/tab-links'

const PARTS = [
  { href: '/account', label: 'Profile', icon: IconUser },
  { href: '/account/keys', label: 'API keys', icon: IconKey },
  { href: '/account/usage', label: 'Usage', icon: IconChartBar },
  { href: '/account/sessions', label: 'Sessions', icon: IconDevices },
]

/** What surrounds the pages about one's account. */
export function AccountFrame({ children }: { children: ReactNode }) {
  const path = usePathname()
  return (
    <Stack gap="md" py="md">
      <Title order={1} size="h2">
        Account
      </Title>
      <TabLinks label="Account" links={PARTS} current={path} />
      {children}
    </Stack>
  )
}
