import { setTimeout as sleep } from 'node:timers/promises'
import { expect, expectStatus, fresh, required, signIn, test } from './stack'

test('a job is cancelled in one tab and retried in another, and both follow', async ({
  page,
  context,
}) => {
  await signIn(page)
  // As many as the stack has workers: the newest job shares the machine, and is not soon done.
  const clip = required('E2E_CLIP')
  const names = ['first.mp4', 'second.mp4']
  await page.getByLabel('Choose files').setInputFiles(names.map((name) => fresh(clip, name)))
  await expect(page.getByRole('link', { name: 'Follow the transcode' })).toHaveCount(names.length)
  await page.goto('/jobs')
  await page.getByRole('list', { name: 'Jobs' }).getByRole('link').first().click()
  await expect(page).toHaveURL(/\/jobs\/[0-9a-f-]{36}$/)

  const other = await context.newPage()
  await other.goto(page.url())
  await expect(other.getByRole('button', { name: 'Cancel' })).toBeVisible()
  // The stream tells of the cancellation at once; the job itself is read only after the retry.
  await other.route(/\/query$/, async (route) => {
    await sleep(1_500)
    await route.continue()
  })
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the job' }).click()
  await expectStatus(other, 'cancelled')
  await other.getByRole('button', { name: 'Retry' }).click()
  await expect(other.getByRole('button', { name: 'Cancel' })).toBeVisible()
  await expectStatus(other, 'completed')
  const badge = page.locator('header [data-status]')
  await expect(badge).toHaveAttribute('data-status', 'completed')
  await expect(other.locator('hls-video')).toBeVisible()
})
