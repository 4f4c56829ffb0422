'use client'

import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import { type ReactNode, useState } from 'react'
import type { AppConfig } from '@/lib/config'
import { ApiError } from '@/lib/rest/problem'
import { Feedback } from './feedback'
import { ServicesProvider } from './services'
import { cssVariables, theme } from './theme'

/** What is wrong with a request stays wrong; what is wrong with the line or the server may pass. */
function mayPass(failures: number, error: Error): boolean {
  const status = error instanceof ApiError ? error.status : 0
  return failures < 3 && (status === 0 || status >= 500)
}

interface AppProvidersProps {
  config: AppConfig
  hasSession: boolean
  children: ReactNode
}

export function AppProviders({ config, hasSession, children }: AppProvidersProps) {
  const [queries] = useState(
    () => new QueryClient({ defaultOptions: { queries: { retry: mayPass, staleTime: 2_000 } } }),
  )
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <NuqsAdapter>
        <QueryClientProvider client={queries}>
          <ServicesProvider config={config} hasSession={hasSession}>
            {children}
            <Feedback />
          </ServicesProvider>
        </QueryClientProvider>
      </NuqsAdapter>
    </MantineProvider>
  )
}
