'use client'

import { Alert, Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import Link from 'next/link'
import { type FormEvent, useState } from 'react'
import { useServices } from '@/components/providers/services'
import { ApiError, messageOf } from '@/lib/rest/problem'
import { registerPath, signIn } from '@/lib/rest/session'
import { Entrance } from './entrance'

export function SignInForm({ returnTo }: { returnTo: string }) {
  const { rest } = useServices()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setBusy(true)
    setError(null)
    try {
      await signIn(rest, String(form.get('email')), String(form.get('password')))
      // A fresh document: nothing that was read as a stranger outlives it.
      window.location.replace(returnTo)
    } catch (failure) {
      setError(refusal(failure))
      setBusy(false)
    }
  }

  return (
    <Entrance title="Sign in" text="Upload videos, follow their transcodes, play them.">
      <form method="post" onSubmit={submit}>
        <Stack>
          {error && (
            <Alert color="red" role="alert" title="You are not signed in">
              {error}
            </Alert>
          )}
          <TextInput
            name="email"
            type="email"
            label="E-mail address"
            autoComplete="username"
            required
            autoFocus
            withAsterisk={false}
          />
          <PasswordInput
            name="password"
            label="Password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the password', tabIndex: 0 }}
          />
          <Button type="submit" loading={busy} fullWidth>
            Sign in
          </Button>
        </Stack>
      </form>
      <RegisterLink returnTo={returnTo} />
    </Entrance>
  )
}

function RegisterLink({ returnTo }: { returnTo: string }) {
  const { registration } = useServices().config
  if (registration === 'closed') return null
  return (
    <Text size="sm" c="dimmed">
      {registration === 'open' ? 'New here?' : 'You were invited?'}{' '}
      <Anchor component={Link} href={registerPath(returnTo)} underline="always">
        Create an account
      </Anchor>
    </Text>
  )
}

function refusal(error: unknown): string {
  if (error instanceof ApiError && error.status === 401) {
    return 'The e-mail address or the password is wrong. Check both and try again.'
  }
  return messageOf(error)
}
