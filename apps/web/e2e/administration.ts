import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { API, expect, type Page, required, signIn } from './stack'

// biome-ignore lint/suspicious/noExplicitAny: each answer is looked at in one place only
export type Json = any

/** Asks the API with the administrator's key, or another. Gives the status and the answer. */
export async function ask(
  method: string,
  path: string,
  body?: object,
  key = required('ADMIN_API_KEY'),
): Promise<{ status: number; body: Json }> {
  const answer = await fetch(`${API}/api/v1${path}`, {
    method,
    headers: { 'X-API-Key': key, 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  })
  return { status: answer.status, body: answer.status === 204 ? null : await answer.json() }
}

export interface Account {
  id: string
  email: string
  password: string
  key: string
}

/** An account that an administrator invited. */
export async function newAccount(name: string): Promise<Account> {
  const email = `${name}-${Date.now()}@example.com`
  const password = 'several words of nobody else'
  const { body: invite } = await ask('POST', '/admin/invites', { email })
  const made = await ask('POST', '/auth/register', {
    email,
    password,
    invite: invite.token,
    with_api_key: true,
  })
  expect(made.status).toBe(201)
  return { id: made.body.user.id, email, password, key: made.body.api_key }
}

/** Signs in through the form and ends on the upload page. */
export async function signInAs(page: Page, email: string, password: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Upload videos' })).toBeVisible()
}

/** Waits until the job has this status. */
export async function waitForJob(id: string, status: string): Promise<void> {
  await expect
    .poll(async () => (await ask('GET', `/jobs/${id}`)).body.status, { timeout: 90_000 })
    .toBe(status)
}

/** Somebody else's server with videos, which answers 503 until it is mended. */
export interface VideoServer {
  /** Of a video by this name. */
  url: (name: string) => string
  mend: (video: Buffer) => void
  stop: () => Promise<void>
}

export async function startVideoServer(): Promise<VideoServer> {
  let video: Buffer | null = null
  const server = createServer((_request, response) => {
    if (!video) response.writeHead(503).end('not today')
    else response.writeHead(200, { 'Content-Length': video.length }).end(video)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: (name) => `http://127.0.0.1:${port}/${name}`,
    mend: (content) => {
      video = content
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** By the menu under the person's name, as the administrator. */
export async function openAdministration(page: Page): Promise<void> {
  await signIn(page)
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('link', { name: 'Administration' }).click()
  await expect(page.getByRole('heading', { name: 'Administration' })).toBeVisible()
}

/** A video that no job can make anything of. Gives its id. */
export async function uploadNotVideo(key?: string): Promise<string> {
  const content = Buffer.from(`this is not a video, ${Math.random()}\n`.repeat(100))
  return upload('letter.mp4', content, key)
}

/** Uploads a file without the web, and gives the id of its video. */
export async function upload(
  filename: string,
  content: Buffer<ArrayBuffer>,
  key?: string,
): Promise<string> {
  const request = { filename, size: content.length, content_type: 'video/mp4' }
  const { body: begun } = await ask('POST', '/uploads', request, key)
  const stored = await fetch(begun.url, { method: 'PUT', body: content, headers: begun.headers })
  expect(stored.ok).toBe(true)
  return (await ask('POST', `/uploads/${begun.id}/complete`, {}, key)).body.video_id
}
