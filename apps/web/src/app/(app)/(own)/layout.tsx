import type { ReactNode } from 'react'
import { SignedInOnly } from '@/components/shell/signed-in-only'

export default function OwnLayout({ children }: { children: ReactNode }) {
  return <SignedInOnly>{children}</SignedInOnly>
}
