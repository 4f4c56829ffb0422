'use client'

import { Anchor, Badge, Button, Group, Text } from '@mantine/core'
import Link from 'next/link'
import { RelativeTime } from '@/components/ui/relative-time'
import type { Account } from '@/lib/admin/accounts'
import { formatBytes } from '@/lib/format'
import { openAccountForm } from './account-form'
import classes from './admin.module.css'

export function AccountRow({ account }: { account: Account }) {
  const { id, email, role, active, created_at: createdAt, quota } = account
  const { jobs_per_day: jobs, stored_bytes: stored } = quota
  return (
    <li className={`${classes.row} ${classes.accountRow}`}>
      <div style={{ minWidth: 0 }}>
        <Text fw={600} className={classes.cut} title={email}>
          {email}
        </Text>
        <Text size="sm" c="dimmed">
          since <RelativeTime value={createdAt} />,{' '}
          <Anchor component={Link} href={`/admin/jobs?owner=${id}`} size="sm">
            jobs<span className="visually-hidden"> of {email}</span>
          </Anchor>
        </Text>
      </div>
      <Group gap={6}>
        <Badge color={role === 'admin' ? 'mill' : 'gray'}>
          {role === 'admin' ? 'Administrator' : 'User'}
        </Badge>
        {!active && <Badge color="red">Switched off</Badge>}
      </Group>
      <div>
        <Text size="sm">
          {jobs.used.toLocaleString('en')} {jobs.limit === null ? '' : `of ${jobs.limit} `}
          jobs today
        </Text>
        <Text size="sm" c="dimmed">
          {formatBytes(stored.used)}
          {stored.limit === null ? '' : ` of ${formatBytes(stored.limit)}`} stored
        </Text>
      </div>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Change ${email}`}
        onClick={() => openAccountForm(account)}
      >
        Change
      </Button>
    </li>
  )
}
