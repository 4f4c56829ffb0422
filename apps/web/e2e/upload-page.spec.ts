import { createHash } from 'node:crypto'
import { call, clipNamed, newAccount, unusedWord } from './api-calls'
import { checkAllLooks } from './looks'
import { refuse } from './refusals'
import {
  expect,
  expectStatus,
  followJob,
  fresh,
  required,
  signIn,
  test,
  uploadLimiter,
} from './stack'

test('a picture of the file is there before it is sent, and the server’s own later', async ({
  page,
}) => {
  await signIn(page)
  const limitUploads = await uploadLimiter(page)
  await limitUploads(20_000)
  await page.getByLabel('Choose files').setInputFiles(fresh(required('E2E_CLIP'), 'picture.mp4'))
  const row = page.getByRole('listitem').filter({ hasText: 'picture.mp4' })
  const picture = row.locator('[data-from="file"] img')
  await expect(picture).toHaveAttribute('src', /^data:image\/jpeg/)
  await expect(row).toContainText(
    /\d+ % · [\d.]+ [kM]?B of [\d.]+ MB · [\d.]+ k?B\/s · \d+ .+ left/,
  )
  // It shows something: the test picture has many colours.
  const colours = await picture.evaluate((image: HTMLImageElement) => {
    const canvas = document.createElement('canvas')
    const context = canvas.getContext('2d')
    context?.drawImage(image, 0, 0)
    const { data } = context?.getImageData(0, 0, 192, 108) ?? { data: [] }
    return new Set(Array.from(data, (value) => value >> 5)).size
  })
  expect(colours).toBeGreaterThan(4)
  await checkAllLooks(page)
  let complete = () => {}
  const completed = new Promise<void>((resolve) => {
    complete = resolve
  })
  await page.route('**/api/v1/uploads/*/complete', async (route) => {
    await completed
    await route.continue()
  })
  await limitUploads(-1)
  await expect(row).toContainText('Finishing…')
  complete()
  await expect(row.locator('[data-from="server"] img')).toBeVisible({ timeout: 60_000 })
  await expect(row.locator('[data-status]')).toBeVisible()
})

test('a file that was uploaded before is told, with the way to what it became', async ({
  page,
}) => {
  const name = `${unusedWord()}.mp4`
  const clip = clipNamed(name)
  await signIn(page)
  await page.getByLabel('Choose files').setInputFiles(clip)
  await expect(page.getByText(/^Uploaded, /)).toBeVisible()
  await expect(page.getByText('You uploaded a file of this name and size before')).toBeHidden()
  const link = page.getByRole('link', { name: 'Follow the transcode' })
  const job = (await link.getAttribute('href')) ?? ''
  await page.reload()
  await expect(page.getByLabel('Choose files')).toBeEnabled()
  await page.getByLabel('Choose files').setInputFiles(clip)
  const note = page.getByText('You uploaded a file of this name and size before')
  await expect(note).toBeVisible()
  await expect(note.getByRole('link')).toHaveAttribute('href', job)
})

test('what the account has no room for is refused before anything is sent', async ({ page }) => {
  const account = await newAccount({ quota_stored_bytes: 10_000, quota_jobs_per_day: 5 })
  await signIn(page, account)
  await expect(page.getByText('0 of 5 jobs today, 0 B of 10 kB stored.')).toBeVisible()
  const opened: string[] = []
  page.on('request', (request) => {
    if (/\/uploads$/.test(request.url()) && request.method() === 'POST') opened.push(request.url())
  })
  await page.getByLabel('Choose files').setInputFiles(clipNamed('too much.mp4'))
  const alert = page.getByRole('alert').filter({ hasText: 'One file was not taken' })
  await expect(alert).toContainText('and your account has 10 kB left of 10 kB.')
  expect(opened).toEqual([])
})

test('who has used up the day’s jobs is told before anything is sent', async ({ page }) => {
  await signIn(page, await newAccount({ quota_jobs_per_day: 0 }))
  await expect(page.getByText('Your quota is used up')).toBeVisible()
  await page.getByLabel('Choose files').setInputFiles(clipNamed('tomorrow.mp4'))
  const alert = page.getByRole('alert').filter({ hasText: 'One file was not taken' })
  await expect(alert).toContainText('“tomorrow.mp4” would be one job too many')
  await checkAllLooks(page)
})

test('title, preset and privacy are chosen while the file is sent', async ({ page }) => {
  const title = `The garden ${unusedWord()}`
  await signIn(page)
  await page.getByLabel('Preset of new files').selectOption('mobile')
  const limitUploads = await uploadLimiter(page)
  await limitUploads(20_000)
  await page.getByLabel('Choose files').setInputFiles(fresh(required('E2E_CLIP'), 'garden.mp4'))
  await page.getByRole('button', { name: 'Change title, preset and privacy of garden.mp4' }).click()
  await expect(page.getByLabel('Preset of garden.mp4', { exact: true })).toHaveValue('mobile')
  await page.getByLabel('Title of garden.mp4', { exact: true }).fill(title)
  await page.getByLabel('Privacy of garden.mp4', { exact: true }).selectOption('unlisted')
  await checkAllLooks(page)
  await limitUploads(-1)
  await followJob(page)
  const id = page.url().split('/').at(-1)
  const job = await call('GET', `/jobs/${id}`)
  expect(job.preset).toBe('mobile')
  const video = await call('GET', `/videos/${job.video_id}`)
  expect(video).toMatchObject({ title, visibility: 'unlisted' })
  // The browser remembers what new files begin with, and not their titles.
  await page.goto('/upload')
  await expect(page.getByLabel('Preset of new files')).toHaveValue('mobile')
  await page.getByLabel('Preset of new files').selectOption('web')
})

test('what failed is retried or removed, one by one or all', async ({ page }) => {
  const word = unusedWord()
  const names = [1, 2, 3].map((n) => `${word} ${n}.mp4`)
  const [first = '', second = ''] = names
  const row = (name: string) => page.getByRole('listitem').filter({ hasText: name })
  await signIn(page)
  const answer = await refuse(page, { method: 'POST', path: '/uploads', detail: 'No room today.' })
  answer()
  await page.getByLabel('Choose files').setInputFiles(names.map(clipNamed))
  for (const name of names) await expect(row(name)).toContainText('No room today.')
  await checkAllLooks(page)

  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await page.getByRole('button', { name: `Retry ${first}` }).click()
  await expect(row(first)).toContainText('Uploaded, ')
  await page.getByRole('button', { name: `Remove ${second} from the list` }).click()
  await expect(row(second)).toBeHidden()
  await page.getByRole('button', { name: 'Remove all' }).click()
  const dialog = page.getByRole('dialog', { name: `Remove the upload of ${names[2]}?` })
  await checkAllLooks(page)
  await dialog.getByRole('button', { name: 'Remove all' }).click()
  await expect(page.getByRole('heading', { name: 'Your uploads' })).toBeHidden()
})

test('whoever leaves in the middle of an upload is warned', async ({ page }) => {
  await signIn(page)
  const limitUploads = await uploadLimiter(page)
  await limitUploads(20_000)
  await page.getByLabel('Choose files').setInputFiles(fresh(required('E2E_CLIP'), 'left.mp4'))
  await expect(page.getByText(/\d+ % · .* of /)).toBeVisible()
  const warning = page.waitForEvent('dialog')
  const left = page.reload()
  const dialog = await warning
  expect(dialog.type()).toBe('beforeunload')
  await dialog.accept()
  await left
})

test.describe('without a network', () => {
  test.use({ provoked: [/net::ERR_INTERNET_DISCONNECTED/] })

  test('an upload waits for it, and goes on by itself', async ({ page }) => {
    await signIn(page)
    const limitUploads = await uploadLimiter(page)
    await limitUploads(200_000)
    const clip = fresh(required('E2E_CLIP'), 'offline.mp4')
    await page.getByLabel('Choose files').setInputFiles(clip)
    await expect(page.getByText(/\d+ % · .* of /)).toBeVisible()
    await limitUploads(-1, { offline: true })
    await expect(page.getByText(/^Waiting for network at \d+ %/)).toBeVisible()
    await limitUploads(-1)
    await followJob(page)
    await expectStatus(page, 'completed')
    const job = await call('GET', `/jobs/${page.url().split('/').at(-1)}`)
    const { url } = await call('GET', `/download-url/${job.input_key}`)
    const stored = Buffer.from(await (await fetch(url)).arrayBuffer())
    const digest = (data: Buffer) => createHash('sha256').update(data).digest('hex')
    expect(digest(stored)).toBe(digest(clip.buffer))
  })
})
