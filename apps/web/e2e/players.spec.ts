/** The published job in two players that are not ours, DASH in Shaka Player and HLS in hls.js, which
 * must find nothing to complain of: no error, no warning, no gap to jump over. */

import { createRequire } from 'node:module'
import type Hls from 'hls.js'
import type shaka from 'shaka-player/dist/shaka-player.compiled.debug'
import { test } from './published'
import { expect as impatient, type Page } from './stack'

// The script of a player is not one of the page's own.
test.use({ bypassCSP: true })

declare global {
  interface Window {
    /** The types leave out what only builds for debugging have. */
    shaka: typeof shaka & {
      log: { setLevel(level: number): void; Level: { WARNING: number } }
    }
    player: shaka.Player
    Hls: typeof Hls
    hls: Hls
    found: string[]
  }
}

const expect = impatient.configure({ timeout: 30_000 })
const { resolve } = createRequire(import.meta.url)
const video = (page: Page) => page.locator('video')
const height = (page: Page) => video(page).evaluate((it: HTMLVideoElement) => it.videoHeight)

/** Opens an empty page with a player's script, and collects what that logs. */
async function open(page: Page, url: string, script: string): Promise<string[]> {
  const logged: string[] = []
  page.on('console', (message) => {
    // A machine that is busy can't always play at once.
    if (/stall/i.test(message.text())) return
    // The browser asks each server for an icon.
    if (message.location().url.endsWith('/favicon.ico')) return
    // So Shaka says of the second language while it looks for what goes with the first.
    if (message.text() === 'Rejecting variant - not compatible with root.') return
    if (['warning', 'error'].includes(message.type())) logged.push(message.text())
  })
  // A page of the same server: one that is made up counts as from the network, from which Chromium
  // lets nothing reach this machine.
  await page.goto(new URL('/health', url).href)
  await page.setContent('<!doctype html><title>Player</title><video muted width="640"></video>')
  await page.addScriptTag({ path: resolve(script) })
  return logged
}

/** Goes to a time, and waits there until the player has what comes next. */
async function waitAt(page: Page, seconds: number): Promise<void> {
  await video(page).evaluate((it: HTMLVideoElement, to) => {
    it.pause()
    it.currentTime = to
  }, seconds)
  await expect
    .poll(() => video(page).evaluate((it: HTMLVideoElement) => !it.seeking && it.readyState >= 3))
    .toBe(true)
}

/** Plays on, and waits until it does. */
async function play(page: Page): Promise<void> {
  const seconds = await video(page).evaluate(async (it: HTMLVideoElement) => {
    const from = it.currentTime
    await it.play()
    return from
  })
  await expect
    .poll(() => video(page).evaluate((it: HTMLVideoElement) => it.currentTime))
    .toBeGreaterThan(seconds + 0.5)
}

async function playToTheEnd(page: Page): Promise<void> {
  await waitAt(page, 8)
  await play(page)
  await expect.poll(() => video(page).evaluate((it: HTMLVideoElement) => it.ended)).toBe(true)
  const end = await video(page).evaluate((it: HTMLVideoElement) => it.currentTime)
  // HLS shows times as the segments have them, which begin a little above zero.
  expect(end).toBeGreaterThan(8.95)
  expect(end).toBeLessThan(9.15)
}

test('Shaka Player plays, seeks and switches with DASH', async ({ page, published }) => {
  const logged = await open(
    page,
    published.dash,
    'shaka-player/dist/shaka-player.compiled.debug.js',
  )
  const tracks = await page.evaluate(async (url) => {
    const { shaka } = window
    shaka.log.setLevel(shaka.log.Level.WARNING)
    shaka.polyfill.installAll()
    window.found = []
    window.player = new shaka.Player()
    window.player.addEventListener('error', (event) => {
      window.found.push(JSON.stringify((event as CustomEvent).detail))
    })
    await window.player.attach(document.querySelector('video') as HTMLVideoElement)
    // What is played is chosen below, and what is buffered is of that choice.
    window.player.configure({ abr: { enabled: false } })
    await window.player.load(url)
    const { start, end } = window.player.seekRange()
    return {
      variants: window.player
        .getVariantTracks()
        .map(({ height, language }) => `${height} ${language}`)
        .sort(),
      text: window.player.getTextTracks().map(({ language, label }) => `${language} ${label}`),
      seconds: end - start,
    }
  }, published.dash)
  expect(tracks.variants).toEqual(['360 de', '360 en', '480 de', '480 en', '720 de', '720 en'])
  expect(tracks.text).toEqual(['en English', 'de Deutsch'])
  expect(tracks.seconds).toBeCloseTo(9, 1)

  await play(page)
  // Shaka puts media a millisecond late, and may jump over that where it begins.
  const jumps = await page.evaluate(() => window.player.getStats().gapsJumped)
  for (const [wanted, from] of [
    [360, 5],
    [720, 1],
    [480, 4.5],
  ] as const) {
    // Standing still, for Shaka stalls where it is told to go elsewhere while it clears its buffer,
    // and fetches nothing that could show the change where it has come to the film's end.
    await waitAt(page, from)
    await page.evaluate((wanted) => {
      const { player } = window
      const track = player.getVariantTracks().find(({ height }) => height === wanted)
      if (track) player.selectVariantTrack(track, true)
    }, wanted)
    await play(page)
    await expect.poll(() => height(page)).toBe(wanted)
  }
  await waitAt(page, 6.5)
  await page.evaluate(() => {
    const { player } = window
    const spoken = player.getAudioTracks().find(({ language }) => language === 'de')
    if (spoken) player.selectAudioTrack(spoken)
    const written = player.getTextTracks().find(({ language }) => language === 'de')
    if (written) player.selectTextTrack(written)
  })
  await play(page)
  await expect.poll(() => cues(page)).toContain('Hallo')
  await playToTheEnd(page)
  const state = await page.evaluate(() => {
    const { player, found } = window
    const shown = player.getVariantTracks().find(({ active }) => active)
    return { found, gapsJumped: player.getStats().gapsJumped, language: shown?.language }
  })
  expect(jumps).toBeLessThanOrEqual(1)
  expect(state).toEqual({ found: [], gapsJumped: jumps, language: 'de' })
  expect(logged).toEqual([])
})

/** Texts of the subtitles that the player has loaded. */
function cues(page: Page): Promise<string[]> {
  return video(page).evaluate((it: HTMLVideoElement) =>
    [...it.textTracks].flatMap((track) =>
      [...(track.cues ?? [])].map((cue) => (cue as VTTCue).text),
    ),
  )
}

test('hls.js plays, seeks and switches', async ({ page, published }) => {
  const logged = await open(page, published.hls, 'hls.js/dist/hls.js')
  const tracks = await page.evaluate(async (url) => {
    const { Hls } = window
    window.found = []
    const note = (...parts: unknown[]) => {
      const text = parts.join(' ')
      // A seek ends the requests for what is not needed any more.
      if (!text.includes('abort')) window.found.push(text)
    }
    window.hls = new Hls({
      debug: { ...console, log() {}, debug() {}, info() {}, trace() {}, warn: note, error: note },
    })
    window.hls.on(Hls.Events.ERROR, (_, data) => note(data.type, data.details, data.error.message))
    window.hls.loadSource(url)
    window.hls.attachMedia(document.querySelector('video') as HTMLVideoElement)
    await new Promise((done) => window.hls.once(Hls.Events.LEVEL_LOADED, done))
    return {
      levels: window.hls.levels.map(({ height, frameRate }) => `${height} ${frameRate}`),
      audio: window.hls.allAudioTracks.map(({ lang, name }) => `${lang} ${name}`),
      text: window.hls.allSubtitleTracks.map(({ lang, name }) => `${lang} ${name}`),
    }
  }, published.hls)
  expect(tracks).toEqual({
    levels: ['360 25', '480 25', '720 25'],
    audio: ['en English', 'de Deutsch'],
    text: ['en English', 'de Deutsch'],
  })
  // Its media begins at a few hundredths of a second. Asked to play before it has any, hls.js takes
  // that for a hole and jumps over it.
  await expect.poll(() => video(page).evaluate((it: HTMLVideoElement) => it.readyState)).toBe(4)
  await play(page)
  for (const [level, from] of [
    [0, 5],
    [2, 1],
    [1, 4.5],
  ] as const) {
    await page.evaluate((level) => {
      window.hls.currentLevel = level
    }, level)
    await expect.poll(() => height(page)).toBe([360, 480, 720][level])
    await waitAt(page, from)
    await play(page)
  }
  await page.evaluate(() => {
    window.hls.audioTrack = 1
    window.hls.subtitleTrack = 1
  })
  await waitAt(page, 6.5)
  await play(page)
  expect(await page.evaluate(() => window.hls.audioTrack)).toBe(1)
  await expect.poll(() => cues(page)).toContain('Hallo')
  await playToTheEnd(page)
  expect(await page.evaluate(() => window.found)).toEqual([])
  expect(logged).toEqual([])
})
