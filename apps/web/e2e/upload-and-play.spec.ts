import { basename } from 'node:path'
import type { Locator } from '@playwright/test'
import { clipNamed, unusedWord } from './api-calls'
import { copied } from './clipboard'
import { checkAllLooks } from './looks'
import {
  expectEnded,
  expectStoryboard,
  expectToPlay,
  seekToTheEnd,
  switchQuality,
} from './player-steps'
import { refuse } from './refusals'
import {
  expect,
  expectStatus,
  followJob,
  fresh,
  type Page,
  required,
  signIn,
  test,
  uploadLimiter,
} from './stack'

test('a visitor is sent to sign in, and back to where they wanted to go', async ({ page }) => {
  await page.goto('/jobs?status=failed')
  await expect(page).toHaveURL(/\/sign-in\?next=/)
  await page.getByLabel('E-mail address').fill(required('ADMIN_EMAIL'))
  await page.getByLabel('Password', { exact: true }).fill('certainly wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('The e-mail address or the password is wrong.')).toBeVisible()
  await page.getByLabel('Password', { exact: true }).fill(required('ADMIN_PASSWORD'))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(/\/jobs\?status=failed$/)
  const cookies = await page.context().cookies()
  expect(cookies.find(({ name }) => name === 'vidmill_session')).toMatchObject({ httpOnly: true })
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('ey')

  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
})

test('a chosen file is uploaded, transcoded before the eyes, and plays in several qualities', {
  tag: '@smoke',
}, async ({ page }) => {
  const clip = required('E2E_CLIP')
  await signIn(page)
  await page.getByLabel('Choose files').setInputFiles(fresh(clip))
  await followJob(page)
  await expect(page.getByRole('heading', { name: basename(clip) })).toBeVisible()

  const seen = await collectProgress(page)
  await expectStatus(page, 'completed')
  // Live: the bar stood at more than one place between the start and the end.
  expect((await seen()).filter((percent) => percent > 0 && percent < 100).length).toBeGreaterThan(1)

  const rows = page.getByRole('table', { name: 'Renditions' }).getByRole('rowheader')
  expect((await rows.allTextContents()).length).toBeGreaterThan(1)
  await expectToPlay(page)
  for (const shortSide of [480, 360, 720]) await switchQuality(page, shortSide)
  await seekToTheEnd(page)
  for (const shortSide of [360, 480]) {
    await switchQuality(page, shortSide)
    await expectEnded(page)
  }
  await expectToPlay(page)
  await expectStoryboard(page)
})

test('a dropped file is uploaded, and the tray follows to other pages', async ({ page }) => {
  const clip = required('E2E_CLIP')
  await signIn(page)
  const limitUploads = await uploadLimiter(page)
  await limitUploads(300_000)
  const transfer = await transferOf(page, clip, 'dropped.mp4')
  await page.getByText('Drop videos here').dispatchEvent('drop', { dataTransfer: transfer })
  await expect(page.getByText(/\d+ % · .* of .*/)).toBeVisible()

  await page.getByRole('button', { name: 'Pause dropped.mp4' }).click()
  await expect(page.getByText(/^Paused at/)).toBeVisible()
  await page.getByRole('link', { name: 'Jobs', exact: true }).click()
  const tray = page.getByRole('complementary', { name: 'Uploads' })
  await expect(tray).toContainText('1 paused')
  await expectNothingBelow(page, tray)
  await tray.getByRole('button', { name: 'Show the list of uploads' }).click()
  await expect(tray.getByRole('button', { name: 'Resume dropped.mp4' })).toBeVisible()
  await checkAllLooks(page)
  await limitUploads(-1)
  await tray.getByRole('button', { name: 'Resume dropped.mp4' }).click()
  await expect(tray).toContainText('1 uploaded')
  await followJob(page)
  await expectStatus(page, 'completed')
})

test('a file that is no video fails with its cause and a remedy', async ({ page }) => {
  await signIn(page)
  const buffer = Buffer.from('this is not a video\n'.repeat(200))
  await page
    .getByLabel('Choose files')
    .setInputFiles({ name: 'letter.mp4', mimeType: 'video/mp4', buffer })
  await followJob(page)
  await expectStatus(page, 'failed', 30_000)
  const alert = page.getByRole('alert').filter({ hasText: 'Code unsupported_format' })
  await expect(alert).toContainText(/Convert it to one of/)
  const id = page.url().split('/').at(-1)
  expect(await copied(alert, 'the job id for support')).toBe(id)
  await checkAllLooks(page)

  const answer = await refuse(page, { method: 'POST', path: '/jobs/*/retry' })
  await page.getByRole('button', { name: 'Retry' }).click()
  const badge = page.locator('header [data-status]')
  await expect(badge).toHaveAttribute('data-status', 'queued')
  answer()
  await expect(badge).toHaveAttribute('data-status', 'failed')
  const refused = page.getByRole('alert').filter({ hasText: 'The job was not started again' })
  await expect(refused).toContainText('It is not to be.')

  await page.getByRole('button', { name: 'Delete' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete the job of letter.mp4?' })
  await expect(dialog).toContainText('are deleted for good')
  await checkAllLooks(page)
  await dialog.getByRole('button', { name: 'Delete the job' }).click()
  await expect(page).toHaveURL(/\/jobs$/)
  await expect(page.getByText('The job of letter.mp4 was deleted.')).toBeVisible()
})

test('what is accepted is said first, what is not is named, and the rest goes on', async ({
  page,
}) => {
  await signIn(page)
  await expect(page.getByLabel('Choose files')).toHaveAccessibleDescription(
    /^MP4, MOV, .*Up to [\d.]+ GB and \d+ h each, at least \d+ pixels on the short side\.$/,
  )
  const good = `${unusedWord()}.mp4`
  await page
    .getByLabel('Choose files')
    .setInputFiles([
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('x') },
      clipNamed(good),
      { name: 'empty.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(0) },
    ])
  const alert = page.getByRole('alert').filter({ hasText: '2 files were not taken' })
  await expect(alert).toContainText('“notes.txt” is not a video in a format we can read.')
  await expect(alert).toContainText('“empty.mp4” is empty.')
  await expect(page.getByRole('listitem').filter({ hasText: good })).toContainText('Uploaded, ')
  await checkAllLooks(page)
})

test('the address keeps the filters of the list, and Back undoes them', async ({ page }) => {
  await signIn(page)
  await page.goto('/jobs')
  await page.getByLabel('Search by file name').fill('no such file anywhere')
  await expect(page.getByText('No job matches')).toBeVisible()
  await expect(page).toHaveURL(/search=no\+such|search=no%20such/)
  await page.goBack()
  await expect(page.getByLabel('Search by file name')).toHaveValue('')
  await expect(page.getByText('No job matches')).toBeHidden()
})

/** At the end of the page everything that can be pressed is above the tray, wide and narrow. */
async function expectNothingBelow(page: Page, tray: Locator): Promise<void> {
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 800 })
    // Once more while the list reads on.
    await expect(async () => {
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
      const bottoms = await page
        .locator('main')
        .locator('a, button, input, select')
        .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().bottom))
      expect(bottoms.length).toBeGreaterThan(5)
      const top = (await tray.boundingBox())?.y ?? 0
      expect(Math.max(...bottoms), `at ${width} pixels`).toBeLessThanOrEqual(top)
    }).toPass({ timeout: 15_000 })
  }
}

/** What a drop of the file carries. A script may not open files; a file input may. */
async function transferOf(page: Page, path: string, name: string) {
  const input = await page.evaluateHandle(() =>
    Object.assign(document.createElement('input'), { type: 'file' }),
  )
  await input.setInputFiles(path)
  return input.evaluateHandle(({ files }, name) => {
    const transfer = new DataTransfer()
    const [file] = files ?? []
    if (file) transfer.items.add(new File([file], name, { type: 'video/mp4' }))
    return transfer
  }, name)
}

/** Notes every value that the job's bar shows from now on. */
async function collectProgress(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(() => {
    const seen = new Set<number>()
    Object.assign(window, { seenProgress: seen })
    new MutationObserver(() => {
      const bar = document.querySelector('[aria-label="Progress of the job"]')
      if (bar) seen.add(Number(bar.getAttribute('aria-valuenow')))
    }).observe(document.body, { subtree: true, childList: true, attributes: true })
  })
  return () =>
    page.evaluate(() => [...(window as unknown as { seenProgress: Set<number> }).seenProgress])
}
