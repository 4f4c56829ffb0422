import { test } from './published'
import { expect, type Page, signIn } from './stack'

test('our own player lets viewers choose the language of sound and of subtitles', async ({
  page,
  published,
}) => {
  await signIn(page)
  await page.goto(published.page)
  const player = page.locator('hls-video')
  await player.evaluate((video: HTMLVideoElement) => {
    video.muted = true
    return video.play()
  })

  await choose(page, 'Audio', /German|Deutsch/)
  const heard = () =>
    player.evaluate((video) => {
      const { audioTracks } = video as HTMLVideoElement & {
        audioTracks: Iterable<{ enabled: boolean; language: string }>
      }
      return [...audioTracks].filter((track) => track.enabled).map((track) => track.language)
    })
  await expect.poll(heard).toEqual(['de'])

  await choose(page, 'Subtitles', /German|Deutsch/)
  const shown = () =>
    player.evaluate((video: HTMLVideoElement) =>
      [...video.textTracks]
        .filter((track) => track.mode === 'showing')
        .flatMap((track) => [...(track.activeCues ?? [])].map((cue) => (cue as VTTCue).text)),
    )
  await expect.poll(shown).toEqual(['Hallo'])
})

/** Through the menu behind the wheel, as a viewer does. */
async function choose(page: Page, setting: string, language: RegExp) {
  await page.locator('media-settings-menu-button').click()
  await page.locator('media-settings-menu-item', { hasText: setting }).first().click()
  await page
    .locator('media-audio-track-menu, media-captions-menu')
    .filter({ visible: true })
    .locator('media-chrome-menu-item', { hasText: language })
    .click()
  await page.keyboard.press('Escape')
}
