'use client'

import { AppShell, Group } from '@mantine/core'
import type { ReactNode } from 'react'
import { useRequiredSession } from '@/components/providers/use-session'
import { ErrorNotice } from '@/components/ui/error-notice'
import { UploadProvider } from '@/components/upload/upload-provider'
import { UploadTray } from '@/components/upload/upload-tray'
import { ColorSchemeButton } from './color-scheme-button'
import { Logo } from './logo'
import { NavLinks } from './nav-links'
import classes from './shell.module.css'
import { UserMenu } from './user-menu'

/** What surrounds every page of a signed-in person. Uploads live here, above the pages. */
export function AppFrame({ children }: { children: ReactNode }) {
  const { user, failure, retry } = useRequiredSession()
  return (
    <UploadProvider user={user}>
      <a href="#content" className="skip-link">
        Skip to the content
      </a>
      <AppShell header={{ height: 60 }} padding="md">
        <AppShell.Header className={classes.shellHeader}>
          <div className={classes.header}>
            <Logo />
            <NavLinks />
            <Group gap={4} wrap="nowrap">
              <ColorSchemeButton />
              {user && <UserMenu user={user} />}
            </Group>
          </div>
        </AppShell.Header>
        <AppShell.Main id="content" tabIndex={-1} style={{ outline: 'none' }}>
          <div className={classes.main}>
            {failure && !user && (
              <ErrorNotice
                title="Vidmill does not answer"
                error={failure}
                onRetry={() => void retry()}
              />
            )}
            {children}
          </div>
        </AppShell.Main>
        <UploadTray />
      </AppShell>
    </UploadProvider>
  )
}
