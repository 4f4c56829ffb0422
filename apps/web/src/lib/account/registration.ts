import type { RegistrationMode } from '@/lib/config'
import type { RestClient } from '@/lib/rest/client'
import { fieldErrors } from '@/lib/rest/field-errors'
import { ApiError, messageOf } from '@/lib/rest/problem'

export interface NewAccount {
  email: string
  password: string
  /** Empty: none. */
  invite: string
}

/** Makes an account and signs in to it: the answer sets the session's cookie. */
export async function register(rest: RestClient, account: NewAccount): Promise<void> {
  const { email, password, invite } = account
  await rest.POST('/api/v1/auth/register', {
    body: { email, password, invite: invite.trim() || null, with_api_key: false },
  })
}

const FIELD_OF_CODE: Record<string, string> = {
  email_taken: 'email',
  invite_required: 'invite',
  invalid_invite: 'invite',
}

/** The fields that a refused registration is about. */
export function registrationFaults(error: unknown): Record<string, string> {
  const field = error instanceof ApiError ? FIELD_OF_CODE[error.code] : undefined
  return field ? { [field]: messageOf(error) } : fieldErrors(error)
}

/** What somebody who would like an account is told first. */
export function registrationWords(mode: RegistrationMode, invited: boolean): string {
  if (mode === 'open') return 'Everybody can make an account here.'
  return invited
    ? 'You were invited. Choose a password, and the account is yours.'
    : 'An account takes an invitation: an administrator sends you a link to this page. Only the very first account of an installation needs none.'
}
