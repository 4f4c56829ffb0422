import type { ReactNode } from 'react'
import { Reads } from '@/components/providers/reads'
import { SignedInOnly } from '@/components/shell/signed-in-only'

export default function OwnLayout({ children }: { children: ReactNode }) {
  return (
    <Reads>
      <SignedInOnly>{children}</SignedInOnly>
    </Reads>
  )
}
