'use client'

import { Alert, Button, Code, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { useServices } from '@/components/providers/services'
import { CopyButton } from '@/components/ui/copy-button'
import { closeDialog, openDialog } from '@/components/ui/dialogs'
import type { Role } from '@/lib/admin/accounts'
import {
  createInvitation,
  type InvitationRequest,
  invitationLink,
  type NewInvitation,
} from '@/lib/admin/invitations'
import { messageOf } from '@/lib/rest/problem'

const DIALOG = 'invitation-form'

export function openInvitationForm() {
  openDialog(DIALOG, 'Invite somebody', <InvitationForm />)
}

function InvitationForm() {
  const { rest } = useServices()
  const queries = useQueryClient()
  const create = useMutation({
    mutationFn: (request: InvitationRequest) => createInvitation(rest, request),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['admin', 'invitations'] }),
  })
  if (create.data) return <InvitationMade invitation={create.data} />
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    create.mutate({
      email: String(form.get('email')).trim() || null,
      role: form.get('role') as Role,
      days: Number(form.get('days')),
    })
  }
  return (
    <form method="post" onSubmit={submit}>
      <Stack>
        {create.error && (
          <Alert color="red" role="alert" title="Nobody was invited">
            {messageOf(create.error)}
          </Alert>
        )}
        <TextInput
          name="email"
          type="email"
          label="E-mail address"
          description="The only one that the invitation is for. Without it, whoever has the link may use it, once."
          autoComplete="off"
          data-autofocus
        />
        <NativeSelect
          name="role"
          label="Role"
          data={[
            { value: 'user', label: 'User' },
            { value: 'admin', label: 'Administrator' },
          ]}
        />
        <NativeSelect
          name="days"
          label="Good for"
          defaultValue="7"
          data={[
            { value: '1', label: 'A day' },
            { value: '7', label: 'A week' },
            { value: '30', label: '30 days' },
            { value: '90', label: '90 days' },
          ]}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => closeDialog(DIALOG)}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Make the link
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** The only time that the link can be seen. */
function InvitationMade({ invitation }: { invitation: NewInvitation }) {
  const link = invitationLink(window.location.origin, invitation.token)
  return (
    <Stack role="status">
      <Text size="sm">
        Send this link to {invitation.email ?? 'whom you want to invite'}. It makes one account, and
        is shown this once.
      </Text>
      <Group wrap="nowrap" gap="xs" align="flex-start">
        <Code block flex={1} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {link}
        </Code>
        <CopyButton value={link} what="the invitation’s link" />
      </Group>
      <Group justify="flex-end">
        <Button onClick={() => closeDialog(DIALOG)} data-autofocus>
          Done
        </Button>
      </Group>
    </Stack>
  )
}
