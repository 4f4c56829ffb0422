import type { Metadata } from 'next'
import { SignInForm } from '@/components/sign-in/sign-in-form'
import { safeReturnPath } from '@/lib/rest/session'

export const metadata: Metadata = { title: 'Sign in' }

export default async function Page({
  searchParams,
}: {
  searchParams: Promise<{ next?: string | string[] }>
}) {
  const { next } = await searchParams
  return <SignInForm returnTo={safeReturnPath(typeof next === 'string' ? next : null)} />
}
