'use client'

import { PasswordInput } from '@mantine/core'
import { useServices } from '@/components/providers/services'

interface NewPasswordInputProps {
  name: string
  label: string
  error: string | undefined
}

/** A password that is chosen now: says first what it needs. */
export function NewPasswordInput({ name, label, error }: NewPasswordInputProps) {
  const { passwordMinLength } = useServices().config
  return (
    <PasswordInput
      name={name}
      label={label}
      description={`At least ${passwordMinLength} characters, blanks included. Several words that do not belong together are easy to keep in mind.`}
      error={error}
      autoComplete="new-password"
      required
      withAsterisk={false}
      visibilityToggleButtonProps={{ 'aria-label': 'Show the password', tabIndex: 0 }}
    />
  )
}
