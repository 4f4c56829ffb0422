import { join } from 'node:path'
import { expect, expectStatus, followJob, type Page, required, signIn, test } from './stack'

/** Pictures of every page for docs/ui; runs only when SCREENSHOTS_DIR says where they go. */
test('pictures of every page', async ({ page }) => {
  test.slow()
  await page.goto('/sign-in')
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await picture(page, 'sign-in')

  await signIn(page)
  await picture(page, 'upload')
  await page.getByLabel('Video files').setInputFiles(required('E2E_CLIP'))
  await expect(page.getByText(/^Uploaded, /)).toBeVisible()
  await picture(page, 'uploaded')

  await followJob(page)
  await expect(page.getByLabel('Progress of 720p')).toBeVisible({ timeout: 60_000 })
  await picture(page, 'job-processing')
  await expectStatus(page, 'completed')
  // Without the tray of uploads, which a new document begins without.
  await page.reload()
  const player = page.locator('hls-video')
  await expect(player).toBeVisible()
  await player.evaluate(async (video: HTMLVideoElement) => {
    video.muted = true
    await video.play()
  })
  await expect
    .poll(() => player.evaluate((video: HTMLVideoElement) => video.currentTime))
    .toBeGreaterThan(1.5)
  await player.evaluate((video: HTMLVideoElement) => video.pause())
  await picture(page, 'job')

  await page.goto('/jobs')
  await expect(page.getByRole('list', { name: 'Jobs' })).toBeVisible()
  await picture(page, 'jobs')
})

/** Light at both widths, dark at one: name.png, name-phone.png, name-dark.png. */
async function picture(page: Page, name: string): Promise<void> {
  const looks = [
    { suffix: '-phone', colorScheme: 'light', width: 390 },
    { suffix: '-dark', colorScheme: 'dark', width: 1280 },
    { suffix: '', colorScheme: 'light', width: 1280 },
  ] as const
  for (const { suffix, colorScheme, width } of looks) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 800 })
    const path = join(required('SCREENSHOTS_DIR'), `${name}${suffix}.png`)
    await page.screenshot({ path, fullPage: true })
  }
}
