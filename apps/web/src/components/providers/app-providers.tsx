'use client'

import { MantineProvider } from '@mantine/core'
import type { ReactNode } from 'react'
import type { AppConfig } from '@/lib/config'
import { Feedback } from './feedback'
import { ServicesProvider } from './services'
import { SessionProvider } from './session-provider'
import { cssVariables, theme } from './theme'

interface AppProvidersProps {
  config: AppConfig
  hasSession: boolean
  children: ReactNode
}

/** What every page needs. What only some need stands around those: each is weight for the others. */
export function AppProviders({ config, hasSession, children }: AppProvidersProps) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <ServicesProvider config={config} hasSession={hasSession}>
        <SessionProvider>
          {children}
          <Feedback />
        </SessionProvider>
      </ServicesProvider>
    </MantineProvider>
  )
}
