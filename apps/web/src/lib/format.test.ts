import { describe, expect, it } from 'vitest'
import {
  formatBitrate,
  formatBytes,
  formatDate,
  formatDuration,
  formatFrameRate,
  formatPercent,
  formatRelative,
  formatSpeed,
  formatTimecode,
} from './format'

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [1550, '1.6 kB'],
  [99_960, '100 kB'],
  [999_949, '1 MB'],
  [104_857_600, '105 MB'],
  [20_000_000_000, '20 GB'],
  [5e15, '5000 TB'],
])('writes %d bytes as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

it('writes speeds, bitrates and frame rates', () => {
  expect(formatSpeed(12_340_000)).toBe('12.3 MB/s')
  expect(formatBitrate(5_000_000)).toBe('5 Mbit/s')
  expect(formatBitrate(799_600)).toBe('800 kbit/s')
  expect(formatFrameRate(29.97003)).toBe('29.97 fps')
  expect(formatFrameRate(25)).toBe('25 fps')
})

it.each([
  [0.2, '0 s'],
  [59.6, '1 min'],
  [185, '3 min 5 s'],
  [3600, '1 h'],
  [7440, '2 h 4 min'],
  [86_400, '24 h'],
])('writes %d seconds as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text)
})

it.each([
  [8, '0:08'],
  [605, '10:05'],
  [3723, '1:02:03'],
])('writes position %d as %s', (seconds, text) => {
  expect(formatTimecode(seconds)).toBe(text)
})

it('never rounds up to 100 percent', () => {
  expect(formatPercent(99.9)).toBe('99 %')
  expect(formatPercent(100)).toBe('100 %')
  expect(formatPercent(-3)).toBe('0 %')
})

describe('relative times', () => {
  const now = Date.parse('2026-03-01T12:00:00Z')
  it.each([
    [3, 'just now'],
    [-4, 'just now'],
    [45, '45 seconds ago'],
    [119, '1 minute ago'],
    [2 * 3600, '2 hours ago'],
    [86_400, 'yesterday'],
    [45 * 86_400, 'last month'],
    [800 * 86_400, '2 years ago'],
  ])('writes %d seconds back as %s', (seconds, text) => {
    expect(formatRelative(now - seconds * 1000, now)).toBe(text)
  })
})

it('names the day of a moment', () => {
  expect(formatDate(new Date(2026, 10, 22, 23, 59).getTime())).toBe('Nov 22, 2026')
})
