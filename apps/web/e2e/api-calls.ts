import { randomBytes } from 'node:crypto'
import { API, fresh, required } from './stack'

/** Calls the API as the administrator, past the pages. */
// biome-ignore lint/suspicious/noExplicitAny: each answer is looked at in one place only
export async function call(method: string, path: string, body?: object): Promise<any> {
  const answer = await fetch(`${API}/api/v1${path}`, {
    method,
    headers: { 'X-API-Key': required('ADMIN_API_KEY'), 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.status === 204 ? null : answer.json()
}

/** Stores a file and posts its job, of which it gives the id. */
export async function postJob(
  file: { name: string; buffer: Buffer },
  options: object = {},
): Promise<string> {
  const { name, buffer } = file
  const upload = await call('POST', '/uploads', {
    filename: name,
    size: buffer.length,
    content_type: 'video/mp4',
  })
  const stored = await fetch(upload.url, {
    method: 'PUT',
    body: new Uint8Array(buffer),
    headers: upload.headers,
  })
  if (!stored.ok) throw new Error(`The upload was answered with ${stored.status}.`)
  const { video_id } = await call('POST', `/uploads/${upload.id}/complete`, {})
  return (await call('POST', '/jobs', { video_id, ...options })).id
}

/** A clip that is no other test's, by its name. */
export function clipNamed(name: string) {
  return fresh(required('E2E_SHORT_CLIP'), name)
}

/** Words that are in no other test's names. */
export function unusedWord(): string {
  return `w${randomBytes(5).toString('hex')}`
}

interface AccountQuotas {
  quota_jobs_per_day?: number
  quota_stored_bytes?: number
}

/** An account of its own, as an invitation makes it, with these quotas. */
export async function newAccount(quotas: AccountQuotas) {
  const { token } = await call('POST', '/admin/invites', {})
  const account = {
    email: `${unusedWord()}@example.com`,
    password: `${unusedWord()} ${unusedWord()}`,
  }
  const { user } = await call('POST', '/auth/register', { ...account, invite: token })
  await call('PATCH', `/admin/users/${user.id}`, quotas)
  return account
}
