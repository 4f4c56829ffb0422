/** Published files before readers that are not ours: hls-parser, which knows the rules of RFC 8216
 * and its successor, and GPAC's MP4Box in JavaScript. */

import * as hls from 'hls-parser'
import { createFile, Log, type MP4BoxBuffer } from 'mp4box'
import { test } from './published'
import { expect } from './stack'

// Broken rules throw instead of being logged.
hls.setOptions({ strictMode: true })

async function text(url: string): Promise<string> {
  const answer = await fetch(url)
  expect(answer.status, url).toBe(200)
  return answer.text()
}

async function readMaster(url: string): Promise<hls.types.MasterPlaylist> {
  const playlist = hls.parse(await text(url))
  if (!playlist.isMasterPlaylist) throw new Error(`${url} is no master playlist.`)
  return playlist
}

async function readMedia(url: string): Promise<hls.types.MediaPlaylist> {
  const playlist = hls.parse(await text(url))
  if (playlist.isMasterPlaylist) throw new Error(`${url} is no media playlist.`)
  return playlist
}

test('playlists break no rule that hls-parser knows', async ({ published }) => {
  const master = await readMaster(published.hls)
  expect(master.variants.map((variant) => variant.resolution?.height)).toEqual([360, 480, 720])
  expect(master.independentSegments).toBe(true)
  for (const variant of master.variants) {
    expect(variant.audio.map((sound) => sound.language)).toEqual(['en', 'de'])
    expect(variant.subtitles.map((text) => text.language)).toEqual(['en', 'de'])
  }
  for (const uri of names(master)) {
    const playlist = await readMedia(new URL(uri, published.hls).href)
    expect(playlist.playlistType).toBe('VOD')
    expect(playlist.endlist).toBe(true)
    const seconds = playlist.segments.reduce((sum, segment) => sum + segment.duration, 0)
    expect(seconds).toBeCloseTo(9, 1)
  }
})

test('segments are whole and in order for MP4Box', async ({ published }) => {
  const complaints: string[] = []
  const note = (module: string, message = '') => {
    // It keeps one of each box of a file, and says so where segments stand behind each other.
    if (!message.startsWith('Found multiple boxes')) complaints.push(`${module}: ${message}`)
  }
  Object.assign(Log, { warn: note, error: note })
  const master = await readMaster(published.hls)
  for (const uri of names(master).filter((name) => !name.startsWith('subtitles/'))) {
    const url = new URL(uri, published.hls).href
    const playlist = await readMedia(url)
    const map = playlist.segments[0]?.map?.uri
    if (!map) throw new Error(`${uri} has no init segment.`)
    const file = createFile()
    let place = 0
    for (const name of [map, ...playlist.segments.map((segment) => segment.uri)]) {
      const answer = await fetch(new URL(name, url))
      const data = (await answer.arrayBuffer()) as MP4BoxBuffer
      data.fileStart = place
      place += data.byteLength
      file.appendBuffer(data)
    }
    file.flush()
    const [track] = file.getInfo().tracks
    if (!track) throw new Error(`${uri} holds no track.`)
    const samples = file.getTrackSamplesInfo(track.id)
    expect(samples.length).toBe(track.nb_samples)
    // Each sample begins where the one before ends, also from segment to segment.
    for (const [number, sample] of samples.entries()) {
      const before = samples[number - 1]
      if (before) expect(sample.dts, `${uri}, ${number}`).toBe(before.dts + before.duration)
    }
    if (track.video) {
      expect(samples.length).toBe(225)
      // A first segment of a second, so that it plays soon; GOPs of two seconds from there on.
      const keys = samples.filter((sample) => sample.is_sync).map((sample) => sample.number)
      expect(keys).toEqual([0, 25, 75, 125, 175])
    }
  }
  expect(complaints).toEqual([])
})

/** Every media playlist that a master names. */
function names(master: hls.types.MasterPlaylist): string[] {
  const uris = master.variants.flatMap((variant) => [
    variant.uri,
    ...[...variant.audio, ...variant.subtitles].map((rendition) => rendition.uri ?? ''),
  ])
  return [...new Set(uris)]
}
