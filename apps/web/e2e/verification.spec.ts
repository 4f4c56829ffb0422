import { expect, expectStatus, followJob, required, signIn, test } from './stack'

test('a published job is verified again', async ({ page }) => {
  await signIn(page)
  await page.getByLabel('Choose files').setInputFiles(required('E2E_SHORT_CLIP'))
  await followJob(page)
  await expectStatus(page, 'completed')
  const section = page.getByRole('region', { name: 'Verification' })
  await expect(section).toContainText('Every file was verified before it was published.')

  await section.getByRole('button', { name: 'Verify again' }).click()
  await expect(section.getByText(/^Passed: \d+ files looked at/)).toBeVisible({ timeout: 60_000 })
  await expectStatus(page, 'completed')
})
