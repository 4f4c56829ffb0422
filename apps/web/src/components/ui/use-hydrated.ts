'use client'

import { useSyncExternalStore } from 'react'

const never = () => () => {}

/** False on the server and in the page as it was sent: nobody would hear a click yet. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
}
