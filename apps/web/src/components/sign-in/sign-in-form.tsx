'use client'

import {
  Alert,
  Button,
  Center,
  Paper,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useServices } from '@/components/providers/services'
import { Logo } from '@/components/shell/logo'
import { ApiError, messageOf } from '@/lib/rest/problem'
import { signIn } from '@/lib/rest/session'

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
    <Center component="main" mih="100dvh" p="md">
      <Paper component="section" withBorder p="xl" w="100%" maw={400} bg="var(--vidmill-surface)">
        <form method="post" onSubmit={submit}>
          <Stack>
            <Logo />
            <div>
              <Title order={1} size="h3">
                Sign in
              </Title>
              <Text c="dimmed" size="sm">
                Upload videos, follow their transcodes, play them.
              </Text>
            </div>
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
      </Paper>
    </Center>
  )
}

function refusal(error: unknown): string {
  if (error instanceof ApiError && error.status === 401) {
    return 'The e-mail address or the password is wrong. Check both and try again.'
  }
  return messageOf(error)
}
