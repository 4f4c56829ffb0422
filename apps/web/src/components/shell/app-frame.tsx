'use client'

import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { useSession } from '@/components/providers/session-provider'
import { LinkButton } from '@/components/ui/link-button'
import { UploadProvider } from '@/components/upload/upload-provider'
import { UploadTraySlot } from '@/components/upload/upload-tray-slot'
import { signInPath } from '@/lib/rest/session'
import { ColorSchemeButton } from './color-scheme-button'
import { Logo } from './logo'
import { NavLinks, NavMenu } from './nav-links'
import classes from './shell.module.css'
import { UserMenu } from './user-menu'

/** What surrounds every page, whoever looks at it. Uploads live here, above the pages. */
export function AppFrame({ children }: { children: ReactNode }) {
  const { data, isPending } = useSession()
  const user = data ?? undefined
  const path = usePathname()
  return (
    <UploadProvider user={user}>
      <a href="#content" className="skip-link">
        Skip to the content
      </a>
      <header className={classes.shellHeader}>
        <div className={classes.header}>
          <NavMenu user={user} />
          <Logo />
          <NavLinks user={user} />
          <div className={classes.tools}>
            <ColorSchemeButton />
            {user && <UserMenu user={user} />}
            {!user && !isPending && (
              <LinkButton href={signInPath(path)} compact>
                Sign in
              </LinkButton>
            )}
          </div>
        </div>
      </header>
      <main id="content" tabIndex={-1} className={classes.content}>
        <div className={classes.main}>{children}</div>
      </main>
      <UploadTraySlot />
    </UploadProvider>
  )
}
