'use client'

import { Alert, Button, Group, PasswordInput, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useServices } from '@/components/providers/services'
import { useSession } from '@/components/providers/session-provider'
import { NewPasswordInput } from '@/components/ui/new-password-input'
import { useFormSubmit } from '@/components/ui/use-form-submit'
import { changePassword, passwordFaults } from '@/lib/account/profile'

export function PasswordForm() {
  const { rest } = useServices()
  const { data: user } = useSession()
  const queries = useQueryClient()
  // Another number is another form, whose fields are empty.
  const [round, setRound] = useState(0)
  const { busy, problem, errors, onSubmit } = useFormSubmit(async (form) => {
    const text = (name: string) => String(form.get(name) ?? '')
    await changePassword(rest, text('old_password'), text('new_password'))
    setRound(round + 1)
    notifications.show({
      title: 'The password was changed',
      message: 'All other sessions have ended.',
      role: 'status',
    })
    await queries.invalidateQueries({ queryKey: ['sessions'] })
  }, passwordFaults)
  return (
    <form method="post" onSubmit={onSubmit} key={round}>
      <Stack gap="sm">
        <Text size="sm">A new password ends all your other sessions. API keys go on working.</Text>
        {problem && (
          <Alert color="red" role="alert" title="The password was not changed">
            {problem}
          </Alert>
        )}
        {/* For password managers, which store the new password under this name. */}
        <input type="text" autoComplete="username" value={user?.email ?? ''} readOnly hidden />
        <PasswordInput
          name="old_password"
          label="Present password"
          error={errors.old_password}
          autoComplete="current-password"
          required
          withAsterisk={false}
          visibilityToggleButtonProps={{ 'aria-label': 'Show the present password', tabIndex: 0 }}
        />
        <NewPasswordInput name="new_password" label="New password" error={errors.new_password} />
        <Group>
          <Button type="submit" loading={busy}>
            Change the password
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
