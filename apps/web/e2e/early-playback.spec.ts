import { expect, expectStatus, followJob, fresh, required, signIn, test } from './stack'

test('a video plays while the rest of it is still being made', {
  tag: '@smoke',
}, async ({ page }) => {
  await signIn(page)
  await page.getByLabel('Choose files').setInputFiles(fresh(required('E2E_LONG_CLIP')))
  await followJob(page)
  const player = page.locator('hls-video')
  await expect(player).toBeVisible()
  const badge = page.locator('header [data-status]')
  await expect(badge).toHaveAttribute('data-status', 'processing')
  await player.evaluate((video: HTMLVideoElement) => {
    video.muted = true
    return video.play()
  })
  const time = () => player.evaluate((video: HTMLVideoElement) => video.currentTime)
  // From the start, not from where the encoder happens to be.
  await expect.poll(time).toBeGreaterThan(0.3)
  expect(await time()).toBeLessThan(4)
  await expect(badge).toHaveAttribute('data-status', 'processing')

  await expectStatus(page, 'completed')
  // The same player goes on: the playlist that grew has ended, and the whole length is known.
  const duration = () => player.evaluate((video: HTMLVideoElement) => video.duration)
  await expect.poll(duration, { timeout: 15_000 }).toBeCloseTo(9, 0)
  await player.evaluate((video: HTMLVideoElement) => {
    video.currentTime = 8
    // It may have come to its end by now, where players pause.
    return video.play()
  })
  await expect
    .poll(() => player.evaluate((video: HTMLVideoElement) => video.ended), { timeout: 15_000 })
    .toBe(true)
})
