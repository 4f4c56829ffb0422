import { checkAllLooks, checkLook, NARROW } from './looks'
import { expect, expectStatus, followJob, required, signIn, test } from './stack'

test('no page breaks WCAG 2.2 AA or runs over its edge, light or dark, wide or narrow', async ({
  page,
}) => {
  test.slow()
  await page.goto('/sign-in')
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await checkAllLooks(page)

  await signIn(page)
  await checkAllLooks(page)
  // The way between the pages, where there is no room for it in a line.
  await page.getByRole('button', { name: 'Pages' }).click()
  const menu = page.getByRole('navigation', { name: 'Pages' })
  await expect(menu.getByRole('link', { name: 'My videos' })).toBeVisible()
  await checkLook(page, NARROW)
  await page.keyboard.press('Escape')
  await page.getByLabel('Choose files').setInputFiles(required('E2E_SHORT_CLIP'))
  await expect(page.getByText(/^Uploaded, /)).toBeVisible()
  await checkAllLooks(page)

  await followJob(page)
  await checkAllLooks(page)
  await expectStatus(page, 'completed')
  await expect(page.locator('hls-video')).toBeVisible()
  await checkAllLooks(page)

  await page.goto('/jobs')
  await expect(page.getByRole('list', { name: 'Jobs' })).toBeVisible()
  await checkAllLooks(page)
  await page.goto('/jobs/00000000-0000-7000-8000-000000000000')
  await expect(page.getByRole('heading', { name: 'There is no such job' })).toBeVisible()
  await checkAllLooks(page)
})
