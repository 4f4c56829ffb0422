import { NuqsAdapter } from 'nuqs/adapters/next/app'
import type { ReactNode } from 'react'
import { AdminFrame } from '@/components/admin/admin-frame'

export default function AdminLayout({ children }: { children: ReactNode }) {
  return (
    <NuqsAdapter>
      <AdminFrame>{children}</AdminFrame>
    </NuqsAdapter>
  )
}
