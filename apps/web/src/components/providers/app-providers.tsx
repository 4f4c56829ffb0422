'use client'

import { MantineProvider } from '@mantine/core'
import type { ReactNode } from 'react'
import type { AppConfig } from '@/lib/config'
import type { SessionUser } from '@/lib/rest/session'
import { Feedback } from './feedback'
import { ServicesProvider } from './services'
import { SessionProvider } from './session-provider'
import { cssVariables, theme } from './theme'

interface AppProvidersProps {
  config: AppConfig
  /** Who is signed in; null for nobody, undefined where the browser has to ask. */
  visitor: SessionUser | null | undefined
  children: ReactNode
}

/** What every page needs. What only some need stands around those: each is weight for the others. */
export function AppProviders({ config, visitor, children }: AppProvidersProps) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <ServicesProvider config={config}>
        <SessionProvider visitor={visitor}>
          {children}
          <Feedback />
        </SessionProvider>
      </ServicesProvider>
    </MantineProvider>
  )
}
