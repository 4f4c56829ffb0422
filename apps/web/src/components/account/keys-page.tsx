'use client'

import { Button, Group, Skeleton, Stack, Switch, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlus } from '@tabler/icons-react'
import dynamic from 'next/dynamic'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useRef, useState } from 'react'
import { confirm } from '@/components/ui/dialogs'
import { EmptyList } from '@/components/ui/empty-list'
import { ErrorNotice } from '@/components/ui/error-notice'
import type { ApiKey, NewApiKey } from '@/lib/account/api-keys'
import classes from './account.module.css'
import { KeysList } from './keys-list'
import { useApiKeys, useKeysChanged, useRevokeKey } from './use-api-keys'

// Without `ssr: false` the whole page would be hidden while a dialog is fetched.
const KeyForm = dynamic(() => import('./key-form').then((all) => all.KeyForm), { ssr: false })
const RotateForm = dynamic(() => import('./rotate-form').then((all) => all.RotateForm), {
  ssr: false,
})
const NewKeyShown = dynamic(() => import('./new-key-shown').then((all) => all.NewKeyShown), {
  ssr: false,
})

/** What is open above the list. */
type Dialog =
  | { kind: 'create' }
  | { kind: 'rotate'; key: ApiKey }
  | { kind: 'made'; key: NewApiKey }

export function KeysPage() {
  const [show, setShow] = useQueryState(
    'show',
    parseAsStringLiteral(['all'] as const).withOptions({ history: 'push' }),
  )
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const all = show === 'all'
  const { data, error, refetch } = useApiKeys(all)
  const reread = useKeysChanged()
  const heading = useRef<HTMLHeadingElement>(null)
  const revoke = useRevokeKey(() => heading.current?.focus())
  const made = (key: NewApiKey) => {
    setDialog({ kind: 'made', key })
    void reread()
  }
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={2} size="h4" ref={heading} tabIndex={-1} className={classes.heading}>
          API keys
        </Title>
        <Button
          leftSection={<IconPlus size={16} aria-hidden="true" />}
          onClick={() => setDialog({ kind: 'create' })}
        >
          Create a key
        </Button>
      </Group>
      <ShowEnded all={all} onChange={(wanted) => setShow(wanted ? 'all' : null)} />
      {error && (
        <ErrorNotice
          title={data ? 'The list is not up to date' : 'The keys could not be read'}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && <Skeleton height={180} radius="md" />}
      {data?.keys.length === 0 && (
        <EmptyList
          title={all ? 'No keys yet' : 'No keys that work'}
          hint="Create one for each program that uses the API, so that each can be revoked by itself."
        />
      )}
      {data && data.keys.length > 0 && (
        <KeysList
          keys={data.keys}
          total={data.total}
          onRotate={(key) => setDialog({ kind: 'rotate', key })}
          onRevoke={(key) =>
            askToRevoke(key, () => revoke.mutate(key, { onSuccess: () => told(key) }))
          }
        />
      )}
      {dialog && <KeyDialog dialog={dialog} onMade={made} onClose={() => setDialog(null)} />}
    </Stack>
  )
}

function ShowEnded({ all, onChange }: { all: boolean; onChange: (all: boolean) => void }) {
  return (
    <Group justify="space-between">
      <Text size="sm" c="dimmed">
        For programs: they send one in <code>X-API-Key</code>.
      </Text>
      <Switch
        label="Show keys that have ended"
        checked={all}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
    </Group>
  )
}

interface KeyDialogProps {
  dialog: Dialog
  onMade: (key: NewApiKey) => void
  onClose: () => void
}

function KeyDialog({ dialog, onMade, onClose }: KeyDialogProps) {
  switch (dialog.kind) {
    case 'create':
      return <KeyForm onMade={onMade} onClose={onClose} />
    case 'rotate':
      return <RotateForm apiKey={dialog.key} onMade={onMade} onClose={onClose} />
    case 'made':
      return <NewKeyShown apiKey={dialog.key} onClose={onClose} />
  }
}

function askToRevoke({ name, prefix }: ApiKey, run: () => void): void {
  confirm({
    title: `Revoke the key ${name}?`,
    text: `Programs that use ${prefix}… are refused from their next request on. This cannot be undone; to go over to another key without a gap, replace it.`,
    action: 'Revoke the key',
    onConfirm: run,
  })
}

function told({ name }: ApiKey): void {
  notifications.show({ message: `The key ${name} was revoked.`, role: 'status' })
}
