import { expect, type Page } from './stack'

/** The picture that the player stands behind until it is wanted, or the player's own button. */
export const START = /^play\b/i

/** What a viewer does with our player, on whatever page it is. */

export async function expectToPlay(page: Page): Promise<void> {
  await page.getByRole('button', { name: START }).first().click()
  await expect
    .poll(() => page.locator('hls-video').evaluate((video: HTMLVideoElement) => video.currentTime))
    .toBeGreaterThan(1)
}

/** Chooses a quality in the player's menu, and waits until the picture that stands is of it. */
export async function switchQuality(page: Page, shortSide: number): Promise<void> {
  const player = page.locator('hls-video')
  await player.evaluate((video: HTMLVideoElement) => video.pause())
  await page.getByRole('button', { name: 'settings' }).click()
  await page.getByRole('menuitem', { name: 'Quality' }).click()
  await page.getByRole('menuitemradio', { name: new RegExp(`^${shortSide}p`) }).click()
  await expect
    .poll(() =>
      player.evaluate((video: HTMLVideoElement) => Math.min(video.videoWidth, video.videoHeight)),
    )
    .toBe(shortSide)
  await page.keyboard.press('Escape')
}

/** Goes to where the film has ended and nothing is left to decode. */
export async function seekToTheEnd(page: Page): Promise<void> {
  const player = page.locator('hls-video')
  await player.evaluate((video: HTMLVideoElement) => {
    video.currentTime = video.duration
  })
  await expectEnded(page)
}

export async function expectEnded(page: Page): Promise<void> {
  const player = page.locator('hls-video')
  await expect
    .poll(() => player.evaluate((video: HTMLVideoElement) => video.ended && !video.seeking))
    .toBe(true)
}

/** A picture of the time under the pointer, cut from a sprite that could be read. */
export async function expectStoryboard(page: Page) {
  await page.locator('media-time-range').hover()
  const sprite = page.locator('media-preview-thumbnail img').filter({ visible: true })
  await expect(sprite).toHaveAttribute('src', /\/media\/[^/]+\/thumbnails\/sprite_000\.jpg$/)
  await expect(sprite).toBeVisible()
  await expect
    .poll(() => sprite.evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBe(5 * 160)
}
