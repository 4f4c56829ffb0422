'use client'

import {
  Alert,
  Checkbox,
  NativeSelect,
  NumberInput,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useState } from 'react'
import { useServices } from '@/components/providers/services'
import { useSession } from '@/components/providers/session-provider'
import { Dialog } from '@/components/ui/dialog'
import { FormButtons } from '@/components/ui/form-buttons'
import { useFormSubmit } from '@/components/ui/use-form-submit'
import { createApiKey, type NewApiKey } from '@/lib/account/api-keys'
import { LIFETIMES, wishOf } from '@/lib/account/key-wish'

interface KeyFormProps {
  onMade: (key: NewApiKey) => void
  onClose: () => void
}

export function KeyForm({ onMade, onClose }: KeyFormProps) {
  const { rest } = useServices()
  const { busy, problem, errors, onSubmit } = useFormSubmit(async (form) => {
    onMade(await createApiKey(rest, wishOf(form, Date.now())))
  })
  return (
    <Dialog onClose={onClose} title="Create an API key">
      <form onSubmit={onSubmit}>
        <Stack>
          {problem && (
            <Alert color="red" role="alert" title="The key was not made">
              {problem}
            </Alert>
          )}
          <TextInput
            name="name"
            label="Name"
            description="What uses it, such as “build server”."
            error={errors.name}
            maxLength={100}
            required
            withAsterisk={false}
            data-autofocus
            autoComplete="off"
          />
          <ScopeChoice error={errors.scopes} />
          <LifetimeChoice error={errors.expires_at} />
          <Limits errors={errors} />
          <FormButtons label="Create the key" busy={busy} onCancel={onClose} />
        </Stack>
      </form>
    </Dialog>
  )
}

function ScopeChoice({ error }: { error: string | undefined }) {
  const { data: user } = useSession()
  return (
    <Checkbox.Group label="What it may do" defaultValue={['read', 'write']} error={error}>
      <Stack gap="xs" mt="xs">
        <Checkbox value="read" label="Read" disabled description="Every key may." />
        <Checkbox
          name="scopes"
          value="write"
          label="Write"
          description="Upload, start and cancel jobs, change and delete."
        />
        {user?.role === 'admin' && (
          <Checkbox
            name="scopes"
            value="admin"
            label="Administer"
            description="See what is everybody's; with “write”, manage it."
          />
        )}
      </Stack>
    </Checkbox.Group>
  )
}

function LifetimeChoice({ error }: { error: string | undefined }) {
  const [lifetime, setLifetime] = useState(`${90 * 86_400}`)
  const [today] = useState(() => new Date().toLocaleDateString('sv'))
  return (
    <div>
      <NativeSelect
        name="lifetime"
        label="It ends"
        data={LIFETIMES}
        value={lifetime}
        onChange={({ currentTarget }) => setLifetime(currentTarget.value)}
      />
      {lifetime === 'date' && (
        <TextInput
          type="date"
          name="expires_at"
          label="Last day"
          min={today}
          required
          withAsterisk={false}
          mt="sm"
          error={error}
        />
      )}
      {lifetime === '' && (
        <Text size="sm" c="dimmed" mt={4}>
          A key that never ends works for whoever finds it, until you revoke it.
        </Text>
      )}
    </div>
  )
}

function Limits({ errors }: { errors: Record<string, string> }) {
  return (
    <>
      <NumberInput
        name="hourly_limit"
        label="Requests an hour"
        description="Empty: as many as the account may make."
        error={errors.hourly_limit}
        min={1}
        max={1_000_000_000}
        allowDecimal={false}
        allowNegative={false}
        hideControls
      />
      <Textarea
        name="ip_allow"
        label="Works only from"
        description="Addresses and networks such as 192.0.2.7 or 2001:db8::/32, one a line. Empty: from anywhere."
        error={errors.ip_allow}
        autosize
        minRows={2}
        maxRows={6}
        spellCheck={false}
      />
    </>
  )
}
