// @vitest-environment jsdom
import { describe, expect, it } from 'vitest'
import { isTaken, shortcutOf } from './shortcuts'

const plain = { ctrlKey: false, metaKey: false, altKey: false }

describe('what a key means', () => {
  it.each([
    ['k', { kind: 'player' }],
    [' ', { kind: 'player' }],
    ['3', { kind: 'jump', part: 0.3 }],
    ['?', { kind: 'help' }],
    // It scrolls the page.
    ['ArrowUp', null],
    ['x', null],
  ])('%j', (key, action) => {
    expect(shortcutOf({ ...plain, key })).toEqual(action)
  })

  it('is left to the browser with a modifier', () => {
    expect(shortcutOf({ ...plain, key: 'f', ctrlKey: true })).toBeNull()
    expect(shortcutOf({ ...plain, key: '1', metaKey: true })).toBeNull()
  })
})

describe('keys that belong to something else', () => {
  const body = document.body
  body.innerHTML =
    '<input><div role="dialog"><p id="in"></p></div><button>b</button><a href="/">a</a><p id="out"></p>'
  const at = (selector: string) => body.querySelector(selector) as Element

  it('are those of text fields and dialogs', () => {
    expect(isTaken(at('input'), 'k')).toBe(true)
    expect(isTaken(at('#in'), 'k')).toBe(true)
    expect(isTaken(at('#out'), 'k')).toBe(false)
  })

  it('is the space bar on what it presses, and no letter', () => {
    expect(isTaken(at('button'), ' ')).toBe(true)
    expect(isTaken(at('a'), ' ')).toBe(true)
    expect(isTaken(at('button'), 'k')).toBe(false)
  })
})
