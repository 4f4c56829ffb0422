import { EventEmitter } from 'node:events'
import { Events, PlaylistLevelType } from 'hls.js'
import { expect, test } from 'vitest'
import { switchAtOnce, type WithRenditions } from './switch-at-once'

/** A player of a film of 6 s, with what it was told to seek to. */
function player(at = 3) {
  const api = Object.assign(new EventEmitter(), { currentLevel: 2 })
  const videoRenditions = Object.assign(new EventTarget(), { selectedIndex: 2 })
  const seeks: number[] = []
  const element = Object.assign(new EventTarget(), { api, videoRenditions, duration: 6 })
  Object.defineProperty(element, 'currentTime', {
    get: () => at,
    set: (seconds: number) => void seeks.push(seconds),
  })
  switchAtOnce(element as unknown as WithRenditions)
  return {
    seeks,
    api,
    seeked: () => element.dispatchEvent(new Event('seeked')),
    choose(index: number) {
      videoRenditions.selectedIndex = index
      videoRenditions.dispatchEvent(new Event('change'))
    },
    buffer(level: number, type = PlaylistLevelType.MAIN) {
      api.emit(Events.FRAG_BUFFERED, Events.FRAG_BUFFERED, { frag: { type, level } })
    },
  }
}

test('a segment of the old quality that comes late is not taken for the chosen one', () => {
  const { seeks, api, choose, buffer } = player()
  choose(1)
  expect(api.currentLevel).toBe(1)
  buffer(2)
  buffer(1, PlaylistLevelType.AUDIO)
  expect(seeks).toEqual([])
  buffer(1)
  expect(seeks).toEqual([3])
  buffer(1)
  expect(seeks).toEqual([3])
})

test('at the end the last picture is decoded, and the end is where it stands again', () => {
  const { seeks, choose, buffer, seeked } = player(6)
  choose(1)
  buffer(1)
  expect(seeks).toEqual([5.75])
  seeked()
  seeked()
  expect(seeks).toEqual([5.75, 6])
})

test('a choice before the last one was seen takes its place', () => {
  const { seeks, api, choose, buffer } = player()
  choose(1)
  choose(0)
  buffer(1)
  expect(seeks).toEqual([])
  buffer(0)
  expect(seeks).toEqual([3])
  expect(api.listenerCount(Events.FRAG_BUFFERED)).toBe(0)
})

test('no choice leaves the quality to the player', () => {
  const { seeks, api, choose, buffer } = player()
  choose(1)
  choose(-1)
  buffer(1)
  expect(seeks).toEqual([])
  expect(api.currentLevel).toBe(1)
})
