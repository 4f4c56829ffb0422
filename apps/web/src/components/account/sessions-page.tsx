'use client'

import { Badge, Button, Skeleton, Text } from '@mantine/core'
import { IconDeviceDesktop, IconDeviceMobile } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useServices } from '@/components/providers/services'
import { useSessionExpiry, useSignOut } from '@/components/providers/use-session'
import { confirm } from '@/components/ui/dialogs'
import { ErrorNotice } from '@/components/ui/error-notice'
import { complain } from '@/components/ui/notices'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import {
  deviceLabel,
  endSession,
  fetchSessions,
  isHandheld,
  type OwnSession,
} from '@/lib/account/sessions'
import classes from './account.module.css'

const KEY = ['sessions']

export function SessionsPage() {
  const { rest } = useServices()
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => fetchSessions(rest, signal),
  })
  useSessionExpiry(error)
  return (
    <>
      {error && (
        <ErrorNotice
          title={data ? 'The list is not up to date' : 'The sessions could not be read'}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      <Section title="Sessions">
        <Text size="sm" c="dimmed" mb="md">
          Where you are signed in. End those that you do not know, and change your password then.
        </Text>
        {!data && !error && <Skeleton height={160} />}
        {data && <SessionList sessions={data} />}
      </Section>
    </>
  )
}

function SessionList({ sessions }: { sessions: OwnSession[] }) {
  const end = useEndSession()
  const signOut = useSignOut()
  return (
    <ul className={classes.rows} aria-label="Sessions" tabIndex={-1} id="sessions">
      {sessions.map((session) => (
        <SessionRow
          key={session.id}
          session={session}
          onEnd={() => {
            if (session.current) signOut().catch(complain('Still signed in'))
            else askToEnd(session, () => end(session.id))
          }}
        />
      ))}
    </ul>
  )
}

function askToEnd(session: OwnSession, run: () => void): void {
  const where = session.address ? ` at ${session.address}` : ''
  confirm({
    title: `End the session of ${deviceLabel(session.user_agent)}${where}?`,
    text: 'It is signed out at once. Whoever uses it has to sign in again.',
    action: 'End the session',
    onConfirm: run,
  })
}

/** Takes it off the list at once, and puts it back if the server refuses. */
function useEndSession(): (id: string) => void {
  const { rest } = useServices()
  const queries = useQueryClient()
  const { mutate } = useMutation({
    mutationFn: (id: string) => endSession(rest, id),
    onMutate: async (id) => {
      await queries.cancelQueries({ queryKey: KEY })
      const before = queries.getQueryData<OwnSession[]>(KEY)
      queries.setQueryData<OwnSession[]>(KEY, (known) => known?.filter((one) => one.id !== id))
      // The button that had the focus is gone with its row.
      document.getElementById('sessions')?.focus()
      return before
    },
    onError: (error, _, before) => {
      queries.setQueryData(KEY, before)
      complain('The session was not ended')(error)
    },
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  })
  return mutate
}

function SessionRow({ session, onEnd }: { session: OwnSession; onEnd: () => void }) {
  const { user_agent: agent, address, current } = session
  const Icon = isHandheld(agent) ? IconDeviceMobile : IconDeviceDesktop
  const name = deviceLabel(agent)
  return (
    <li className={classes.row}>
      <Icon size={24} aria-hidden="true" />
      <div className={classes.rowText}>
        <Text fw={500} title={agent ?? undefined} component="span">
          {name}
        </Text>{' '}
        {current && <Badge color="teal">This session</Badge>}
        <Text size="sm" c="dimmed">
          {address ? `Signed in from ${address}, ` : 'Signed in '}
          <RelativeTime value={session.created_at} />
          {'; last used '}
          <RelativeTime value={session.last_used_at} />
        </Text>
      </div>
      <Button
        variant="default"
        size="xs"
        onClick={onEnd}
        aria-label={
          current ? undefined : `End the session of ${name}, ${address ?? 'unknown address'}`
        }
      >
        {current ? 'Sign out' : 'End'}
      </Button>
    </li>
  )
}
