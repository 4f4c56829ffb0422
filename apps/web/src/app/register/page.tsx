import type { Metadata } from 'next'
import { Register } from '@/components/register/register-form'
import { safeReturnPath } from '@/lib/rest/session'

export const metadata: Metadata = {
  title: 'Create an account',
  // The address may hold an invitation: it goes to nobody else.
  referrer: 'no-referrer',
}

interface PageProps {
  searchParams: Promise<{ invite?: string | string[]; next?: string | string[] }>
}

export default async function Page({ searchParams }: PageProps) {
  const { invite, next } = await searchParams
  return (
    <Register
      invite={typeof invite === 'string' ? invite : ''}
      returnTo={safeReturnPath(typeof next === 'string' ? next : null)}
    />
  )
}
