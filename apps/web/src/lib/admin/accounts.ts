import type { components } from '@/generated/rest'
import { bodyOf, type RestClient } from '@/lib/rest/client'

type Schemas = components['schemas']

export type Account = Schemas['AccountView']
export type AccountChange = Schemas['ChangeAccount']
export type Role = Schemas['Role']

export interface AccountsRequest {
  search: string
  role: Role | null
  active: boolean | null
  after: string | null
}

export interface Accounts {
  accounts: Account[]
  total: number
  nextCursor: string | null
}

const PAGE_SIZE = 50

export async function fetchAccounts(
  rest: RestClient,
  { search, role, active, after }: AccountsRequest,
  signal: AbortSignal,
): Promise<Accounts> {
  const query = { search: search || null, role, active, cursor: after, limit: PAGE_SIZE }
  const page = bodyOf(await rest.GET('/api/v1/admin/users', { params: { query }, signal }))
  return { accounts: page.items, total: page.total, nextCursor: page.next_cursor }
}

export async function fetchAccount(
  rest: RestClient,
  id: string,
  signal: AbortSignal,
): Promise<Account> {
  const path = { user_id: id }
  return bodyOf(await rest.GET('/api/v1/admin/users/{user_id}', { params: { path }, signal }))
}

/** What is not named stays as it is. @throws ApiError `last_admin` */
export async function changeAccount(
  rest: RestClient,
  id: string,
  body: AccountChange,
): Promise<Account> {
  const path = { user_id: id }
  return bodyOf(await rest.PATCH('/api/v1/admin/users/{user_id}', { params: { path }, body }))
}

/** -1 stands for no limit, null for what the settings say. */
export const NO_LIMIT = -1
