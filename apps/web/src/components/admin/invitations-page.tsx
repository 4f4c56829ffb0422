'use client'

import { Badge, Button, Paper, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconMailPlus } from '@tabler/icons-react'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { parseAsArrayOf, parseAsString, useQueryState } from 'nuqs'
import { useServices } from '@/components/providers/services'
import { useSessionExpiry } from '@/components/providers/use-session'
import { CursorPager } from '@/components/ui/cursor-pager'
import { confirm } from '@/components/ui/dialogs'
import { EmptyList } from '@/components/ui/empty-list'
import { ErrorNotice } from '@/components/ui/error-notice'
import { complain } from '@/components/ui/notices'
import { RelativeTime } from '@/components/ui/relative-time'
import {
  fetchInvitations,
  type Invitation,
  type InvitationStatus,
  invitationStatus,
  revokeInvitation,
} from '@/lib/admin/invitations'
import { counted } from '@/lib/format'
import classes from './admin.module.css'
import { openInvitationForm } from './invitation-form'
import { ListSkeleton } from './list-skeleton'
import { PageHeader } from './page-header'

const LOOKS: Record<InvitationStatus, { color: string; label: string }> = {
  open: { color: 'blue', label: 'Open' },
  used: { color: 'teal', label: 'Used' },
  revoked: { color: 'gray', label: 'Taken back' },
  expired: { color: 'gray', label: 'Expired' },
}

export function InvitationsPage() {
  const { rest } = useServices()
  const [pages, setPages] = useQueryState(
    'pages',
    parseAsArrayOf(parseAsString).withDefault([]).withOptions({ history: 'push' }),
  )
  const after = pages.at(-1) ?? null
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['admin', 'invitations', after],
    queryFn: ({ signal }) => fetchInvitations(rest, after, signal),
    placeholderData: keepPreviousData,
  })
  useSessionExpiry(error)
  return (
    <Stack gap="md" py="xs">
      <PageHeader title="Invitations" count={data && counted(data.total, 'invitation')}>
        <Button
          leftSection={<IconMailPlus size={16} aria-hidden="true" />}
          onClick={openInvitationForm}
        >
          Invite somebody
        </Button>
      </PageHeader>
      {error && (
        <ErrorNotice
          title={data ? 'The list is not up to date' : 'The list could not be read'}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && <ListSkeleton rows={3} />}
      {data?.invitations.length === 0 && (
        <EmptyList
          title="No invitations yet"
          hint="Invite somebody: you get a link to send to them, good for one account."
        />
      )}
      {data && data.invitations.length > 0 && (
        <Paper
          component="ul"
          withBorder
          bg="var(--vidmill-surface)"
          className={classes.list}
          aria-label="Invitations"
        >
          {data.invitations.map((invitation) => (
            <InvitationRow key={invitation.id} invitation={invitation} />
          ))}
        </Paper>
      )}
      {data && (
        <CursorPager
          pages={pages}
          nextCursor={data.nextCursor}
          disabled={isPlaceholderData}
          onChange={(next) => void setPages(next)}
        />
      )}
    </Stack>
  )
}

function InvitationRow({ invitation }: { invitation: Invitation }) {
  const { email, role, created_at: createdAt, expires_at: expiresAt } = invitation
  const status = invitationStatus(invitation, Date.now())
  const { color, label } = LOOKS[status]
  const whom = email ?? 'whoever has the link'
  const settled = invitation.used_at ?? invitation.revoked_at ?? expiresAt
  const takeBack = useTakeBack(invitation.id, whom)
  return (
    <li className={`${classes.row} ${classes.invitationRow}`}>
      <div style={{ minWidth: 0 }}>
        <Text fw={600} className={classes.cut}>
          {email ?? 'Whoever has the link'}
        </Text>
        <Text size="sm" c="dimmed">
          {role === 'admin' ? 'as an administrator' : 'as a user'}, invited{' '}
          <RelativeTime value={createdAt} />
        </Text>
      </div>
      <Badge color={color}>{label}</Badge>
      <Text size="sm" c="dimmed">
        {status === 'open' && 'ends '}
        <RelativeTime value={settled} />
      </Text>
      <div>
        {status === 'open' && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Take back the invitation of ${whom}`}
            onClick={takeBack}
          >
            Take back
          </Button>
        )}
      </div>
    </li>
  )
}

function useTakeBack(id: string, whom: string) {
  const { rest } = useServices()
  const queries = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => revokeInvitation(rest, id),
    onSuccess: () => notifications.show({ message: `The invitation of ${whom} was taken back.` }),
    onError: complain('The invitation was not taken back'),
    onSettled: () => queries.invalidateQueries({ queryKey: ['admin', 'invitations'] }),
  })
  return () =>
    confirm({
      title: `Take the invitation of ${whom} back?`,
      text: 'Its link makes no account any more.',
      action: 'Take it back',
      onConfirm: revoke.mutate,
    })
}
