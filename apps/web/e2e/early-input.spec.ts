import { expect, fresh, type Page, required, signIn, test } from './stack'

test('what is chosen and written before the scripts are there counts', async ({ page }) => {
  await signIn(page)
  const start = await holdScripts(page, '/jobs')
  await page.getByLabel('Filter by status').selectOption('cancelled')
  await page.getByLabel('Search by file name').fill('no such file')
  await start()
  await expect(page).toHaveURL(/[?&]status=cancelled/)
  await expect(page).toHaveURL(/[?&]search=no/)
  await expect(page.getByText('No job matches')).toBeVisible()
  await expect(page.getByLabel('Filter by status')).toHaveValue('cancelled')
  await expect(page.getByLabel('Search by file name')).toHaveValue('no such file')
})

test('the gallery searches for what was written before its scripts were there', async ({
  page,
}) => {
  const start = await holdScripts(page, '/')
  await page.getByLabel('Search videos').fill('no such video')
  await page.getByLabel('Order').selectOption('views')
  await start()
  await expect(page).toHaveURL(/[?&]search=no/)
  await expect(page).toHaveURL(/[?&]sort=views/)
  await expect(page.getByLabel('Search videos')).toHaveValue('no such video')
  await expect(page.getByLabel('Order')).toHaveValue('views')
})

test('files and settings that are chosen before the scripts are there count', async ({ page }) => {
  await signIn(page)
  const start = await holdScripts(page, '/upload')
  // Who is signed in is in the page as it was sent.
  await expect(page.getByText(`Signed in as ${required('ADMIN_EMAIL')}`)).toBeAttached()
  await page.getByLabel('Preset of new files').selectOption('mobile')
  await page.getByLabel('Privacy of new files').selectOption('unlisted')
  await page
    .getByLabel('Choose files')
    .setInputFiles(fresh(required('E2E_SHORT_CLIP'), 'early.mp4'))
  await start()
  await expect(page.getByText(/^Uploaded, /)).toBeVisible()
  await expect(page.getByText('early.mp4')).toBeVisible()
  await expect(page.getByLabel('Preset of new files')).toHaveValue('mobile')
  await expect(page.getByLabel('Privacy of new files')).toHaveValue('unlisted')
  const kept = await page.evaluate(() => localStorage.getItem('vidmill:upload-settings'))
  expect(JSON.parse(kept ?? '{}')).toMatchObject({ preset: 'mobile', visibility: 'unlisted' })
})

/** Opens a page whose scripts come when they are asked for, as over a slow line. */
async function holdScripts(page: Page, path: string): Promise<() => Promise<void>> {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route('**/_next/static/**/*.js*', async (route) => {
    await released
    await route.continue()
  })
  await page.goto(path, { waitUntil: 'commit' })
  return async () => {
    release()
    await page.waitForLoadState()
  }
}
