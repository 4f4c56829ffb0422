import { describe, expect, it } from 'vitest'
import { deviceLabel, isHandheld } from './sessions'

const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
const EDGE = `${CHROME.replace('X11; Linux x86_64', 'Windows NT 10.0; Win64; x64')} Edg/142.0.0.0`
const SAFARI =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15'
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1'
const ANDROID = 'Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0'

describe('a program by the way it names itself', () => {
  it('is the browser that it is, not those that it wants to pass for', () => {
    expect(deviceLabel(CHROME)).toBe('Chrome on Linux')
    expect(deviceLabel(EDGE)).toBe('Edge on Windows')
    expect(deviceLabel(SAFARI)).toBe('Safari on macOS')
    expect(deviceLabel(PHONE)).toBe('Safari on iPhone')
    expect(deviceLabel(ANDROID)).toBe('Firefox on Android')
  })

  it('is its first word where it is no browser', () => {
    expect(deviceLabel('curl/8.5.0')).toBe('curl/8.5.0')
    expect(deviceLabel('python-httpx/0.28 extra')).toBe('python-httpx/0.28')
    expect(deviceLabel(null)).toBe('Unknown program')
    expect(deviceLabel('   ')).toBe('Unknown program')
  })

  it('is held in a hand or not', () => {
    expect([PHONE, ANDROID].every(isHandheld)).toBe(true)
    expect([CHROME, SAFARI, null].some(isHandheld)).toBe(false)
  })
})
