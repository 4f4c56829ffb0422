'use client'

import { createContext, type ReactNode, useContext, useMemo } from 'react'
import type { AppConfig } from '@/lib/config'
import { createRestClient, type RestClient } from '@/lib/rest/client'

export interface Services {
  config: AppConfig
  rest: RestClient
}

interface ServicesProviderProps {
  config: AppConfig
  children: ReactNode
}

const ServicesContext = createContext<Services | null>(null)

/** Makes the clients of this installation's services for everything below. */
export function ServicesProvider({ config, children }: ServicesProviderProps) {
  const services = useMemo(
    () => ({
      config,
      rest: createRestClient(config.apiUrl),
    }),
    [config],
  )
  return <ServicesContext value={services}>{children}</ServicesContext>
}

export function useServices(): Services {
  const services = useContext(ServicesContext)
  if (!services) throw new Error('useServices needs a ServicesProvider above it')
  return services
}
