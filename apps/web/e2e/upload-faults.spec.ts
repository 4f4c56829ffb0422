import { createHash } from 'node:crypto'
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { call } from './api-calls'
import { expect, type Page, required, signIn, test, uploadLimiter } from './stack'

/** Just above the 100 MB up to which a file goes up in one piece: each has seven parts. */
const PADDING = 105_000_000
const NAMES = ['one.mp4', 'two.mp4', 'three.mp4']

test.use({ provoked: [/net::ERR_CONNECTION_RESET/] })

test('three big files arrive byte for byte though every fourth PUT fails, they are paused, and the page is reloaded', async ({
  page,
}) => {
  test.slow()
  const folder = mkdtempSync(join(tmpdir(), 'vidmill-'))
  try {
    const files = NAMES.map((name, n) => bigFile(join(folder, name), n))
    await signIn(page)
    const puts = await failEveryFourth(page)
    const limitUploads = await uploadLimiter(page)
    // Slow enough that parts are still under way when some have arrived.
    await limitUploads(10_000_000)
    await page.getByLabel('Choose files').setInputFiles(files)
    await expect.poll(() => puts.stored, { timeout: 60_000 }).toBeGreaterThan(0)
    await page.getByRole('button', { name: 'Pause all' }).click()
    await expect(page.getByRole('button', { name: 'Pause all' })).toBeHidden()
    expect(await page.getByText(/^Paused at/).count()).toBeGreaterThan(1)
    await page.getByRole('button', { name: 'Resume all' }).click()
    const before = puts.stored
    await expect.poll(() => puts.stored, { timeout: 60_000 }).toBeGreaterThan(before)

    page.on('dialog', (dialog) => dialog.accept())
    await page.reload()
    // The first may have arrived by then, and is sent once more.
    await expect(page.getByText(/Reselect three\.mp4 to /)).toBeVisible()
    await limitUploads(-1)
    await page.getByLabel('Choose files').setInputFiles(files)
    await expect(page.getByRole('link', { name: 'Follow the transcode' })).toHaveCount(3, {
      timeout: 90_000,
    })
    expect(puts.failed).toBeGreaterThan(4)

    for (const [n, file] of files.entries()) {
      const row = page.getByRole('listitem').filter({ hasText: NAMES[n] })
      const link = row.getByRole('link', { name: 'Follow the transcode' })
      const id = (await link.getAttribute('href'))?.split('/').at(-1)
      expect(await digestOfSource(id ?? '')).toBe(await digestOfFile(file))
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

/** A clip made long by a `free` box (ISO 14496-12), whose content no player looks at. */
function bigFile(path: string, seed: number): string {
  const box = Buffer.alloc(8 + PADDING)
  box.writeUInt32BE(box.length, 0)
  box.write('free', 4)
  // No two parts and no two files alike: one that lands in another's place must show.
  for (let at = 8; at + 8 <= box.length; at += 4096) {
    box.writeUInt32BE(at, at)
    box.writeUInt32BE(seed + 1, at + 4)
  }
  writeFileSync(path, Buffer.concat([readFileSync(required('E2E_SHORT_CLIP')), box]))
  return path
}

/** Hangs up on every fourth part that is sent to storage, and counts. */
async function failEveryFourth(page: Page): Promise<{ failed: number; stored: number }> {
  const counts = { failed: 0, stored: 0 }
  let seen = 0
  await page.route(/[?&]partNumber=/, async (route) => {
    seen++
    if (seen % 4 === 0) {
      counts.failed++
      await route.abort('connectionreset')
    } else {
      await route.continue()
    }
  })
  page.on('requestfinished', (request) => {
    if (request.method() === 'PUT') counts.stored++
  })
  return counts
}

async function digestOfSource(jobId: string): Promise<string> {
  const { input_key } = await call('GET', `/jobs/${jobId}`)
  const { url } = await call('GET', `/download-url/${input_key}`)
  const stored = await fetch(url)
  const hash = createHash('sha256')
  for await (const chunk of stored.body ?? []) hash.update(chunk)
  return hash.digest('hex')
}

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest('hex')
}
