import type { GraphQLClient } from '@/lib/graphql/client'
import { lower } from '@/lib/graphql/enums'
import { graphql } from '@/lib/graphql/tada'
import type { RestClient } from '@/lib/rest/client'
import { bodyOf } from '@/lib/rest/client'
import { fieldErrors } from '@/lib/rest/field-errors'
import { ApiError, messageOf } from '@/lib/rest/problem'
import type { QuotaStand } from './quota'

const ACCOUNT = graphql(`
  query Account {
    me {
      id
      email
      role
      createdAt
      quotas {
        jobsPerDay {
          limit
          used
          resetsAt
        }
        storedBytes {
          limit
          used
          resetsAt
        }
      }
    }
  }
`)

export interface Account {
  id: string
  email: string
  role: 'user' | 'admin'
  /** RFC 3339. */
  createdAt: string
  quotas: { jobsPerDay: QuotaStand; storedBytes: QuotaStand }
}

export async function fetchAccount(client: GraphQLClient, signal: AbortSignal): Promise<Account> {
  const { me } = await client.query(ACCOUNT, {}, signal)
  return { ...me, role: lower(me.role) }
}

/** Something that the owner of an account should know, and do something about. */
export interface Notice {
  code: string
  detail: string
  webhook_id: string
  at: string
}

export async function fetchNotices(rest: RestClient, signal: AbortSignal): Promise<Notice[]> {
  const { notices } = bodyOf(await rest.GET('/api/v1/auth/me', { signal }))
  return notices
}

/** Ends all other sessions of the account. */
export async function changePassword(
  rest: RestClient,
  oldPassword: string,
  newPassword: string,
): Promise<void> {
  await rest.POST('/api/v1/auth/password', {
    body: { old_password: oldPassword, new_password: newPassword },
  })
}

/** The fields that a refused change of the password is about. */
export function passwordFaults(error: unknown): Record<string, string> {
  const wrong = error instanceof ApiError && error.code === 'wrong_password'
  return wrong ? { old_password: messageOf(error) } : fieldErrors(error)
}
