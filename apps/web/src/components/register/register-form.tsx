'use client'

import { Alert, Anchor, Button, Stack, Text, TextInput } from '@mantine/core'
import Link from 'next/link'
import { useServices } from '@/components/providers/services'
import { useSession } from '@/components/providers/session-provider'
import { Entrance } from '@/components/sign-in/entrance'
import { NewPasswordInput } from '@/components/ui/new-password-input'
import { useFormSubmit } from '@/components/ui/use-form-submit'
import { Warning } from '@/components/ui/warning'
import { register, registrationFaults, registrationWords } from '@/lib/account/registration'
import { signInPath } from '@/lib/rest/session'

interface RegisterProps {
  /** The code of an invitation, from the address; empty: none. */
  invite: string
  returnTo: string
}

export function Register({ invite, returnTo }: RegisterProps) {
  const { registration } = useServices().config
  if (registration === 'closed') {
    return (
      <Entrance
        title="Registration is closed"
        text="Nobody can make an account here. Whoever runs this installation can change that with its setting REGISTRATION; ask them for it."
      >
        <SignInLink returnTo={returnTo} />
      </Entrance>
    )
  }
  return (
    <Entrance title="Create an account" text={registrationWords(registration, invite !== '')}>
      <RegisterForm invite={invite} returnTo={returnTo} />
      <SignInLink returnTo={returnTo} />
    </Entrance>
  )
}

function RegisterForm({ invite, returnTo }: RegisterProps) {
  const { rest, config } = useServices()
  const { data: user } = useSession()
  const { busy, problem, errors, onSubmit } = useFormSubmit(async (form) => {
    const text = (name: string) => String(form.get(name) ?? '')
    const account = { email: text('email'), password: text('password'), invite: text('invite') }
    await register(rest, account)
    // A fresh document: nothing that was read as a stranger outlives it.
    window.location.replace(returnTo)
    return true
  }, registrationFaults)
  return (
    <form method="post" onSubmit={onSubmit}>
      <Stack>
        {user && (
          <Warning title={`You are signed in as ${user.email}`}>
            With a new account you go on as that one.
          </Warning>
        )}
        {problem && (
          <Alert color="red" role="alert" title="The account was not made">
            {problem}
          </Alert>
        )}
        {config.registration === 'invite' && (
          <TextInput
            name="invite"
            label="Invitation"
            description="The code from the link, if it is not filled in."
            defaultValue={invite}
            error={errors.invite}
            autoComplete="off"
            spellCheck={false}
            autoFocus={invite === ''}
          />
        )}
        <TextInput
          name="email"
          type="email"
          label="E-mail address"
          error={errors.email}
          autoComplete="username"
          required
          withAsterisk={false}
          autoFocus={invite !== '' || config.registration === 'open'}
        />
        <NewPasswordInput name="password" label="Password" error={errors.password} />
        <Button type="submit" loading={busy} fullWidth>
          Create the account
        </Button>
      </Stack>
    </form>
  )
}

function SignInLink({ returnTo }: { returnTo: string }) {
  return (
    <Text size="sm" c="dimmed">
      You have an account?{' '}
      <Anchor component={Link} href={signInPath(returnTo)} underline="always">
        Sign in
      </Anchor>
    </Text>
  )
}
