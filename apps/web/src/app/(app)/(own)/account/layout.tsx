import { NuqsAdapter } from 'nuqs/adapters/next/app'
import type { ReactNode } from 'react'
import { AccountFrame } from '@/components/account/account-frame'

export default function AccountLayout({ children }: { children: ReactNode }) {
  return (
    <NuqsAdapter>
      <AccountFrame>{children}</AccountFrame>
    </NuqsAdapter>
  )
}
