import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { test as base, expect, type Locator, type Page } from '@playwright/test'

export type { Locator, Page }
export { expect }

export const API = process.env.API_PUBLIC_URL ?? 'http://127.0.0.1:8080'

/** A setting without which the tests cannot begin. */
export function required(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`Set ${name}; e2e/README.md tells what it is.`)
  return value
}

/** What the browser says about an answer that a test provokes, or about a page that is left. */
const EXPECTED = [
  /Failed to load resource: the server responded with a status of (40[1349]|412|422)/,
]

const LOCAL = /^(https?|wss?):\/\/(127\.0\.0\.1|localhost)[:/]|^(blob|data|about):/

/** A test whose page may not break the policy, throw, or talk to anyone outside the stack. */
export const test = base.extend<{ complaints: string[]; provoked: RegExp[] }>({
  /** What the browser says of the faults that a test makes. */
  provoked: [[], { option: true }],
  complaints: [
    async ({ page, provoked }, use) => {
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(`threw: ${error}`))
      page.on('request', (request) => {
        if (!LOCAL.test(request.url())) complaints.push(`asked another host: ${request.url()}`)
      })
      page.on('console', (message) => {
        const text = message.text()
        const expected = [...EXPECTED, ...provoked].some((pattern) => pattern.test(text))
        if (message.type() !== 'error' || expected) return
        complaints.push(`logged: ${text}`)
      })
      await use(complaints)
      expect(complaints).toEqual([])
    },
    { auto: true },
  ],
})

interface Account {
  email: string
  password: string
}

/** Signs in through the form, as the administrator or as somebody else, and ends on the upload page. */
export async function signIn(page: Page, account?: Account): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(account?.email ?? required('ADMIN_EMAIL'))
  await page
    .getByLabel('Password', { exact: true })
    .fill(account?.password ?? required('ADMIN_PASSWORD'))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Upload videos' })).toBeVisible()
  await expect(page.getByLabel('Choose files')).toBeEnabled()
}

/** A file of the same video as `path` in other bytes, so that no earlier job's files are taken over. */
export function fresh(path: string, name = basename(path)) {
  // A box that players skip (ISO/IEC 14496-12, 8.1.2): length, type, content.
  const box = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('free'), randomBytes(16)])
  return { name, mimeType: 'video/mp4', buffer: Buffer.concat([readFileSync(path), box]) }
}

/** Follows the link of an uploaded file to its job. */
export async function followJob(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Follow the transcode' }).click()
  await expect(page).toHaveURL(/\/jobs\/[0-9a-f-]{36}$/)
}

/** Waits on the open job page until the job has ended, and expects it to have ended like this. */
export async function expectStatus(page: Page, status: string, timeout = 90_000): Promise<void> {
  const badge = page.locator('header [data-status]')
  await expect(badge).toHaveAttribute('data-status', /completed|failed|cancelled/, { timeout })
  const cause = page.getByRole('alert').filter({ hasText: 'Code ' })
  const told = (await cause.count()) > 0 ? await cause.textContent() : 'no cause is shown'
  await expect(badge, told ?? '').toHaveAttribute('data-status', status)
}

/**
 * Gives the function that limits what the browser sends, in bytes a second; -1 lifts the limit. A
 * limit, or the loss of the network, holds until the session that set it changes it, so a test asks for one function only.
 */
export async function uploadLimiter(
  page: Page,
): Promise<(bytesPerSecond: number, network?: { offline: boolean }) => Promise<void>> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.enable')
  return async (uploadThroughput, { offline } = { offline: false }) => {
    const unlimited = { offline, latency: 0, downloadThroughput: -1 }
    await devtools.send('Network.emulateNetworkConditions', { ...unlimited, uploadThroughput })
  }
}
