import { createHash } from 'node:crypto'
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  API,
  expect,
  expectStatus,
  followJob,
  required,
  signIn,
  test,
  uploadLimiter,
} from './stack'

/**
 * Far above the 100 MB up to which the API asks for a single PUT: of some twenty parts six travel at
 * once, and only those that have arrived survive the reload.
 */
const PADDING = 320_000_000

test('a big file continues after a reload, and arrives byte for byte', async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'vidmill-'))
  try {
    const file = join(folder, 'long take.mp4')
    writeFileSync(file, padded(readFileSync(required('E2E_SHORT_CLIP'))))
    await signIn(page)
    const limitUploads = await uploadLimiter(page)
    await limitUploads(40_000_000)
    await page.getByLabel('Choose files').setInputFiles(file)
    await expect(page.getByText(/^[4-9]\d % · /)).toBeVisible({ timeout: 30_000 })

    page.on('dialog', (dialog) => dialog.accept())
    await page.reload()
    const offer = page.getByText(/Reselect long take\.mp4 to continue at \d+ %/)
    await expect(offer).toBeVisible()
    const percent = Number(/(\d+) %/.exec((await offer.textContent()) ?? '')?.[1])
    expect(percent).toBeGreaterThan(0)
    await limitUploads(40_000_000)
    await page.getByLabel('Reselect long take.mp4').setInputFiles(file)
    await expect(page.getByText(new RegExp(`continued from ${percent} %`))).toBeVisible()
    await followJob(page)
    await expectStatus(page, 'completed')

    const id = page.url().split('/').at(-1)
    const job = await (await page.request.get(`${API}/api/v1/jobs/${id}`)).json()
    const link = await (
      await page.request.get(`${API}/api/v1/download-url/${job.input_key}`)
    ).json()
    const stored = await page.request.get(link.url)
    expect(sha256(await stored.body())).toBe(await digestOf(file))
  } finally {
    rmSync(folder, { recursive: true })
  }
})

/** An MP4 made long by a `free` box (ISO 14496-12), whose content no player looks at. */
function padded(clip: Buffer): Buffer {
  const box = Buffer.alloc(8 + PADDING)
  box.writeUInt32BE(box.length, 0)
  box.write('free', 4)
  // No two parts alike: one that lands in another's place must show.
  for (let at = 8; at + 4 <= box.length; at += 4096) box.writeUInt32BE(at, at)
  return Buffer.concat([clip, box])
}

function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest('hex')
}
