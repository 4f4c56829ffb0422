import type { Metadata } from 'next'
import { Suspense } from 'react'
import { ProfilePage } from '@/components/account/profile-page'

export const metadata: Metadata = { title: 'Account' }

export default function Page() {
  return (
    <Suspense>
      <ProfilePage />
    </Suspense>
  )
}
