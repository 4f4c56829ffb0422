import { clipNamed, unusedWord } from './api-calls'
import { expect, expectStatus, type Locator, type Page, required, test } from './stack'

/** More stops than any page has before what a test looks for. */
const STOPS = 80

test('signing in, uploading, following and deleting need no mouse', async ({ page }) => {
  const name = `${unusedWord()}.mp4`
  await page.goto('/sign-in')
  // The first field has the focus already.
  await page.keyboard.type(required('ADMIN_EMAIL'))
  await page.keyboard.press('Tab')
  await page.keyboard.type(required('ADMIN_PASSWORD'))
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Choose files')).toBeEnabled()

  await tabTo(page, page.getByLabel('Choose files'))
  const chooser = page.waitForEvent('filechooser')
  await page.keyboard.press('Enter')
  await (await chooser).setFiles(clipNamed(name))
  await expect(page.getByText(/^Uploaded, /)).toBeVisible()
  await tabTo(page, page.getByRole('link', { name: 'Follow the transcode', exact: true }))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name })).toBeVisible()
  await expectStatus(page, 'completed')

  await page.reload()
  await expect(page.getByRole('heading', { name })).toBeVisible()
  await page.keyboard.press('Tab')
  // Past what every page begins with.
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused()
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('link', { name: 'All jobs', exact: true }))
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/jobs$/)
  await expect(page.getByRole('link', { name })).toBeVisible()
  await tabTo(page, page.getByRole('textbox', { name: 'Search by file name', exact: true }))
  await page.keyboard.type(name)
  await expect(page.getByRole('status').filter({ hasText: '1 job found' })).toBeVisible()

  await tabTo(page, page.getByRole('checkbox', { name: `Select ${name}`, exact: true }))
  await page.keyboard.press('Space')
  await tabTo(page, page.getByRole('button', { name: 'Delete 1', exact: true }), 'Shift+Tab')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'Delete 1 job?' })).toBeVisible()
  await tabTo(page, page.getByRole('button', { name: 'Delete 1 job', exact: true }))
  await page.keyboard.press('Enter')
  await expect(page.getByText('No job matches')).toBeVisible()
  await expect(page.getByText('1 job was deleted.')).toBeVisible()
  await tabTo(page, page.getByRole('button', { name: 'Clear the filters', exact: true }))
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/jobs$/)
})

/** Goes from stop to stop until this one has the focus. */
async function tabTo(page: Page, wanted: Locator, key = 'Tab'): Promise<void> {
  await expect(wanted.first()).toBeVisible()
  for (let stop = 0; stop < STOPS; stop++) {
    await page.keyboard.press(key)
    const found = await wanted.evaluateAll((all) =>
      all.includes(document.activeElement as HTMLElement),
    )
    if (found) return
  }
  throw new Error(`${STOPS} presses of ${key} do not lead to ${wanted}.`)
}
