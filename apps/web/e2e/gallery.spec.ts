import { copied } from './clipboard'
import { change, remove, test, uploaded, word } from './gallery-videos'
import { checkAllLooks } from './looks'
import { expectStoryboard, expectToPlay, START, switchQuality } from './player-steps'
import { expect, type Page, signIn } from './stack'

test.describe.configure({ timeout: 60_000 })

// A viewer that no other test is: each is counted once an hour.
test.use({ userAgent: `Mozilla/5.0 (X11; Linux x86_64) ${word()}` })

test('a video is made public by its owner, and found and watched by a stranger', async ({
  page,
  browser,
  rain,
}) => {
  test.slow()
  await change(rain.id, { visibility: 'private' })
  await page.goto(`/?search=${encodeURIComponent(rain.title)}`)
  await expect(page.getByText('No video matches')).toBeVisible()

  const owner = await (await browser.newContext()).newPage()
  await signIn(owner)
  await owner.getByRole('link', { name: 'My videos' }).click()
  await owner.getByRole('link', { name: rain.title, exact: true }).click()
  await owner.getByRole('radio', { name: 'Public' }).check()
  await owner.getByRole('button', { name: 'Save' }).click()
  await expect(owner.getByText(`“${rain.title}” was saved.`)).toBeVisible()
  await owner.context().close()

  await page.goto('/')
  await page.getByLabel('Search videos').fill(rain.title)
  await expect(page).toHaveURL(/search=Rain/)
  await page.getByRole('list', { name: 'Videos' }).getByRole('link', { name: rain.title }).click()
  await expect(page).toHaveURL(new RegExp(`/watch/${rain.id}$`))
  await expect(page.getByRole('heading', { name: rain.title })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Edit' })).toBeHidden()
  const before = await viewsShown(page)
  await expectToPlay(page)
  await expect.poll(() => viewsShown(page)).toBe(before + 1)
  await switchQuality(page, 360)
  await switchQuality(page, 720)
  await expectCaptions(page)
  await expectStoryboard(page)

  await page.reload()
  expect(await viewsShown(page)).toBe(before + 1)
})

test('the gallery keeps search, tag and order in the address, and Back undoes them', async ({
  page,
  rain,
}) => {
  const tag = word()
  await change(rain.id, { visibility: 'public', tags: [tag], category: `About ${tag}` })
  await page.goto(`/?search=${encodeURIComponent(rain.title)}`)
  const topics = page.getByRole('navigation', { name: 'Categories and tags' })
  await topics.getByRole('link', { name: `Only tag ${tag}` }).click()
  await expect(page).toHaveURL(new RegExp(`tag=${tag}`))
  await page.getByRole('button', { name: 'Clear the search' }).click()
  await expect(page).not.toHaveURL(/search=/)
  await expect(page.getByRole('status').filter({ hasText: '1 video found' })).toBeVisible()
  await page.getByLabel('Order').selectOption('Most watched')
  await expect(page).toHaveURL(/sort=views/)

  await page.getByLabel('Search videos').fill('nothing like that')
  await expect(page.getByText('No video matches')).toBeVisible()
  await page.goBack()
  await expect(page.getByLabel('Search videos')).toHaveValue('')
  await expect(page.getByLabel('Order')).toHaveValue('views')
  await topics.getByRole('link', { name: `Not only tag ${tag}` }).click()
  await expect(page).not.toHaveURL(/tag=/)

  await page.goto(`/watch/${rain.id}`)
  await page.getByRole('link', { name: `About ${tag}` }).click()
  await expect(page.getByRole('link', { name: rain.title })).toBeVisible()
})

test('the gallery goes on to further pages, and back', async ({ page }) => {
  const tag = word()
  const titles = Array.from({ length: 25 }, (_, index) => `Numbered ${100 + index} ${tag}`)
  const videos = []
  for (const title of titles) {
    videos.push(await uploaded(title, { visibility: 'public', tags: [tag] }))
  }
  await page.goto(`/?tag=${tag}&sort=title`)
  const items = page.getByRole('list', { name: 'Videos' }).getByRole('listitem')
  await expect(items).toHaveCount(24)
  await expect(page.getByRole('status').filter({ hasText: '25 videos found' })).toBeVisible()
  await page.getByRole('link', { name: 'Next' }).click()
  await expect(items).toHaveCount(1)
  await expect(items).toContainText(titles[24] ?? '')
  await expect(items).toContainText('Not ready to be played')
  await page.getByRole('link', { name: 'Previous' }).click()
  await expect(items).toHaveCount(24)
  await page.goBack()
  await expect(items).toHaveCount(1)
  for (const { id } of videos) await remove(id)
})

test('without scripts the gallery lists and searches, and a link says what it leads to', async ({
  browser,
  baseURL,
  rain,
}) => {
  await change(rain.id, { visibility: 'public' })
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto('/')
  await page.getByLabel('Search videos').fill(rain.title)
  await page.keyboard.press('Enter')
  const card = page.getByRole('list', { name: 'Videos' }).getByRole('listitem')
  await expect(card).toHaveCount(1)
  // On a screen that is not dense the small one is enough.
  await expect
    .poll(() => card.locator('img').evaluate((image: HTMLImageElement) => image.currentSrc))
    .toMatch(/\/thumbnails\/poster_small\.jpg$/)
  await page.getByRole('link', { name: rain.title }).click()
  await expect(page.getByRole('heading', { name: rain.title })).toBeVisible()
  const poster = page.locator('main img').first()
  expect(await poster.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0)

  const watch = `${baseURL}/watch/${rain.id}`
  const embed = `${baseURL}/embed/${rain.id}`
  const tags = await page.evaluate(() =>
    Object.fromEntries(
      [...document.head.querySelectorAll('meta[property], meta[name]')]
        .reverse()
        .map((meta) =>
          [meta.getAttribute('property') ?? meta.getAttribute('name'), meta].map((it) =>
            it instanceof Element ? it.getAttribute('content') : it,
          ),
        ),
    ),
  )
  expect(tags).toMatchObject({
    description: 'Two languages of rain.',
    'og:type': 'video.other',
    'og:title': rain.title,
    'og:description': 'Two languages of rain.',
    'og:url': watch,
    'og:image': expect.stringMatching(/^http:.*\/thumbnails\/thumb_\d+\.jpg$/),
    'og:video': embed,
    'og:video:type': 'text/html',
    'og:video:width': '1280',
    'twitter:card': 'player',
    'twitter:player': embed,
    'twitter:player:stream': expect.stringMatching(/\/master\.m3u8$/),
  })
  await expect(page.locator('link[rel=canonical]')).toHaveAttribute('href', watch)
  await context.close()
})

test('unlisted videos play for who has the link; private and unknown ones are explained', async ({
  page,
  rain,
}) => {
  await change(rain.id, { visibility: 'unlisted' })
  await page.goto(`/?search=${encodeURIComponent(rain.title)}`)
  await expect(page.getByText('No video matches')).toBeVisible()
  expect((await page.goto(`/watch/${rain.id}`))?.status()).toBe(200)
  await expect(page.getByText('Unlisted', { exact: true })).toBeVisible()
  await expect(page.locator('meta[name=robots]')).toHaveAttribute('content', 'noindex')
  await expectToPlay(page)

  await change(rain.id, { visibility: 'private' })
  for (const id of [rain.id, '00000000-0000-7000-8000-000000000000', 'no-id']) {
    expect((await page.goto(`/watch/${id}`))?.status(), id).toBe(404)
    await expect(page.getByRole('heading', { name: 'There is no such video' })).toBeVisible()
    expect((await page.goto(`/embed/${id}`))?.status(), id).toBe(404)
    await expect(page.getByText('This video is not available')).toBeVisible()
  }

  await signIn(page)
  expect((await page.goto(`/watch/${rain.id}`))?.status()).toBe(200)
  await expect(page.getByText('Only you can open it.', { exact: false })).toBeVisible()
  await expectToPlay(page)
  // A frame on another site has no session, whoever looks.
  expect((await page.goto(`/embed/${rain.id}`))?.status()).toBe(404)
  await page.goto('/watch/00000000-0000-7000-8000-000000000000')
  await expect(page.getByRole('link', { name: 'To my videos' })).toBeVisible()
})

test('everything about sharing is copied with one click', async ({ page, rain }) => {
  await change(rain.id, { visibility: 'public' })
  await page.goto(`/watch/${rain.id}`)
  expect(await copied(page, 'the link')).toBe(page.url())
  expect(await copied(page, 'the video id')).toBe(rain.id)
  expect(await copied(page, 'the HLS address')).toMatch(/\/master\.m3u8$/)
  expect(await copied(page, 'the embed code')).toContain(`/embed/${rain.id}" title="${rain.title}"`)
})

test('the player is worked by keys on the whole page, which can be turned off', async ({
  page,
  rain,
}) => {
  await change(rain.id, { visibility: 'public' })
  await page.goto(`/watch/${rain.id}`)
  const player = page.locator('hls-video')
  const state = (what: 'paused' | 'muted' | 'currentTime' | 'playbackRate') =>
    player.evaluate((media: HTMLVideoElement, what) => media[what], what)
  const start = page.getByRole('button', { name: START })
  await expect(start).toBeEnabled()
  await page.keyboard.press('k')
  await expect.poll(() => state('paused')).toBe(false)
  await page.keyboard.press('k')
  await expect.poll(() => state('paused')).toBe(true)
  await page.keyboard.press('m')
  await expect.poll(() => state('muted')).toBe(true)
  await page.keyboard.press('5')
  await expect.poll(() => state('currentTime')).toBeCloseTo(4.5, 0)
  await page.keyboard.press('>')
  await expect.poll(() => state('playbackRate')).toBeGreaterThan(1)

  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expect(sheet).toContainText('Play or pause')
  await checkAllLooks(page)
  await sheet.getByLabel('Keys work on the whole page').uncheck()
  await page.keyboard.press('Escape')
  await expect(sheet).toBeHidden()
  await page.keyboard.press('m')
  await page.keyboard.press('?')
  await page.reload()
  await expect(start).toBeEnabled()
  await page.keyboard.press('?')
  await page.getByRole('button', { name: 'Shortcuts' }).click()
  await expect(sheet.getByLabel('Keys work on the whole page')).not.toBeChecked()
})

test('what everybody sees breaks no rule in any look', async ({ page, rain }) => {
  test.slow()
  await change(rain.id, { visibility: 'public', tags: ['weather'], category: 'Nature' })
  await page.goto(`/?search=${encodeURIComponent(rain.title)}`)
  await expect(page.getByRole('link', { name: rain.title })).toBeVisible()
  await checkAllLooks(page)
  await page.goto('/?search=nothing+like+that')
  await checkAllLooks(page)
  await page.goto(`/watch/${rain.id}`)
  await checkAllLooks(page)
  await page.getByRole('button', { name: START }).click()
  await expect(page.locator('hls-video')).toBeVisible()
  await checkAllLooks(page)
  for (const nowhere of ['/watch/no-id', '/embed/no-id', '/nowhere']) {
    await page.goto(nowhere)
    await checkAllLooks(page)
  }
  await page.goto(`/embed/${rain.id}`)
  await checkAllLooks(page)
  const unready = await uploaded(`Unready ${word()}`, { visibility: 'unlisted' })
  await page.goto(`/watch/${unready.id}`)
  await expect(page.getByText('Not ready yet')).toBeVisible()
  await checkAllLooks(page)
})

async function viewsShown(page: Page): Promise<number> {
  const text = await page.getByText(/\d+ views? · /).textContent()
  return Number.parseInt(text ?? '', 10)
}

/** Subtitles in the language of the browser are shown; the button hides them and shows them again. */
async function expectCaptions(page: Page): Promise<void> {
  const player = page.locator('hls-video')
  const shown = () =>
    player.evaluate((media: HTMLVideoElement) =>
      [...media.textTracks]
        .filter(({ mode, kind }) => mode === 'showing' && kind === 'subtitles')
        .flatMap(({ cues }) => [...(cues ?? [])].map((cue) => (cue as VTTCue).text)),
    )
  const button = page.getByRole('switch', { name: /caption|subtitle/i })
  await expect.poll(shown).toEqual(['Hello'])
  await button.click()
  await expect.poll(shown).toEqual([])
  await button.click()
  await expect.poll(shown).toEqual(['Hello'])
}
