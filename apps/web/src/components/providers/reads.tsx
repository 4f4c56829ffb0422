'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { mayPass } from '@/lib/rest/problem'

const MAX_FAILURES = 3

function createStore(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures < MAX_FAILURES && mayPass(error),
        staleTime: 2_000,
      },
    },
  })
}

let ofThisBrowser: QueryClient | undefined

/** One store of answers for all pages of a browser; the server makes one for each request. */
function store(): QueryClient {
  if (typeof window === 'undefined') return createStore()
  ofThisBrowser ??= createStore()
  return ofThisBrowser
}

/** Around whatever reads from the services: keeps the answers, and reads them again. */
export function Reads({ children }: { children: ReactNode }) {
  return <QueryClientProvider client={store()}>{children}</QueryClientProvider>
}
