import {
  IconAdjustments,
  IconGauge,
  IconLayoutGrid,
  IconList,
  IconMovie,
  IconUpload,
  IconUser,
  IconWebhook,
  type TablerIcon,
} from '@tabler/icons-react'
import type { SessionUser } from '@/lib/rest/session'

export interface NavPage {
  href: string
  label: string
  icon: TablerIcon
  /** Who is shown the way to it. */
  who: 'everybody' | 'signed-in' | 'admin'
}

/** What the header leads to. */
export const MAIN_PAGES: NavPage[] = [
  { href: '/', label: 'Gallery', icon: IconLayoutGrid, who: 'everybody' },
  { href: '/upload', label: 'Upload', icon: IconUpload, who: 'signed-in' },
  { href: '/videos', label: 'My videos', icon: IconMovie, who: 'signed-in' },
  { href: '/jobs', label: 'Jobs', icon: IconList, who: 'signed-in' },
]

/** What the menu under a person's name leads to. */
export const ACCOUNT_PAGES: NavPage[] = [
  { href: '/account', label: 'Account', icon: IconUser, who: 'signed-in' },
  { href: '/webhooks', label: 'Webhooks', icon: IconWebhook, who: 'signed-in' },
  { href: '/presets', label: 'Presets', icon: IconAdjustments, who: 'signed-in' },
  { href: '/admin', label: 'Administration', icon: IconGauge, who: 'admin' },
]

/** Those of the pages that this person may see. */
export function visibleTo(pages: NavPage[], user: SessionUser | undefined): NavPage[] {
  return pages.filter(({ who }) => {
    if (who === 'everybody') return true
    return who === 'admin' ? user?.role === 'admin' : user !== undefined
  })
}

/** Whether `path` is this page, or one below it. */
export function isCurrent(page: NavPage, path: string): boolean {
  return path === page.href || (page.href !== '/' && path.startsWith(`${page.href}/`))
}
