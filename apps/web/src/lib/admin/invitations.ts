import type { components } from '@/generated/rest'
import { bodyOf, type RestClient } from '@/lib/rest/client'
import type { Role } from './accounts'

type Schemas = components['schemas']

export type Invitation = Schemas['InviteView']
export type NewInvitation = Schemas['NewInvite']
export type InvitationStatus = 'open' | 'used' | 'revoked' | 'expired'

export interface InvitationRequest {
  /** The only address that it is for. */
  email: string | null
  role: Role
  days: number
}

export async function fetchInvitations(
  rest: RestClient,
  after: string | null,
  signal: AbortSignal,
): Promise<{ invitations: Invitation[]; total: number; nextCursor: string | null }> {
  const query = { limit: 50, cursor: after }
  const page = bodyOf(await rest.GET('/api/v1/admin/invites', { params: { query }, signal }))
  return { invitations: page.items, total: page.total, nextCursor: page.next_cursor }
}

export async function createInvitation(
  rest: RestClient,
  { email, role, days }: InvitationRequest,
): Promise<NewInvitation> {
  const body = { email, role, ttl_seconds: days * 86_400 }
  return bodyOf(await rest.POST('/api/v1/admin/invites', { body }))
}

export async function revokeInvitation(rest: RestClient, id: string): Promise<void> {
  await rest.DELETE('/api/v1/admin/invites/{invite_id}', { params: { path: { invite_id: id } } })
}

/** Where an invitation stands at `now`, milliseconds since 1970. */
export function invitationStatus(invitation: Invitation, now: number): InvitationStatus {
  if (invitation.used_at) return 'used'
  if (invitation.revoked_at) return 'revoked'
  return Date.parse(invitation.expires_at) <= now ? 'expired' : 'open'
}

/** The page on which whoever has the link makes an account. */
export function invitationLink(origin: string, token: string): string {
  return `${origin}/register?invite=${encodeURIComponent(token)}`
}
