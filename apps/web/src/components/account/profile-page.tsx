'use client'

import { Anchor, Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useServices } from '@/components/providers/services'
import { useSessionExpiry } from '@/components/providers/use-session'
import { CopyButton } from '@/components/ui/copy-button'
import { ErrorNotice } from '@/components/ui/error-notice'
import { Facts } from '@/components/ui/facts'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { Warning } from '@/components/ui/warning'
import { type Account, fetchNotices } from '@/lib/account/profile'
import classes from './account.module.css'
import { DeveloperLinks } from './developer-links'
import { PasswordForm } from './password-form'
import { QuotaBars } from './quota-bars'
import { useAccount } from './use-account'

export function ProfilePage() {
  const { data: account, error, refetch } = useAccount()
  return (
    <>
      <Notices />
      {error && (
        <ErrorNotice
          title={account ? 'This page is not up to date' : 'The account could not be read'}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      <div className={classes.columns}>
        <Section title="Profile">
          {account ? <ProfileFacts account={account} /> : <Skeleton height={140} />}
        </Section>
        <Section
          title="Quotas"
          aside={
            <Anchor component={Link} href="/account/usage" size="sm" underline="always">
              Usage by day
            </Anchor>
          }
        >
          {account ? <QuotaBars quotas={account.quotas} /> : <Skeleton height={140} />}
        </Section>
        <Section title="Password">
          <PasswordForm />
        </Section>
        <Section title="For developers">
          <DeveloperLinks />
        </Section>
      </div>
    </>
  )
}

function ProfileFacts({ account }: { account: Account }) {
  return (
    <Facts>
      <dt>E-mail address</dt>
      <dd>{account.email}</dd>
      <dt>Role</dt>
      <dd>
        {account.role === 'admin'
          ? 'Administrator: sees and manages everything'
          : 'User: sees and manages what is their own'}
      </dd>
      <dt>Since</dt>
      <dd>
        <RelativeTime value={account.createdAt} focusable />
      </dd>
      <dt>Account id</dt>
      <dd>
        {account.id} <CopyButton value={account.id} what="the account id" />
      </dd>
    </Facts>
  )
}

/** What the server wants the owner to know. */
function Notices() {
  const { rest } = useServices()
  const { data, error } = useQuery({
    queryKey: ['notices'],
    queryFn: ({ signal }) => fetchNotices(rest, signal),
  })
  useSessionExpiry(error)
  return data?.map(({ code, webhook_id: webhookId, at }) => (
    <Warning key={`${code} ${webhookId}`} title="A webhook was switched off">
      <Text size="sm">
        Its receiver refused what was sent, so nothing is sent any more. That was{' '}
        <RelativeTime value={at} />.{' '}
        <Anchor component={Link} href={`/webhooks/${webhookId}`} underline="always" size="sm">
          See what happened
        </Anchor>
      </Text>
    </Warning>
  ))
}
