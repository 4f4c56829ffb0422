// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { formatExact } from '@/lib/format'
import { RelativeTime } from './relative-time'

afterEach(cleanup)

const HOUR_AGO = new Date(Date.now() - 3_600_000).toISOString()
const EXACT = formatExact(Date.parse(HOUR_AGO))

it('says how long ago it was, and exactly when in its tooltip', () => {
  render(<RelativeTime value={HOUR_AGO} />)
  const time = screen.getByText('1 hour ago')
  expect(time.title).toBe(EXACT)
  expect(time.getAttribute('datetime')).toBe(HOUR_AGO)
  expect(time.tabIndex).toBe(-1)
})

it('says exactly when while it has the focus', () => {
  render(<RelativeTime value={HOUR_AGO} focusable />)
  const time = screen.getByText('1 hour ago')
  expect(time.tabIndex).toBe(0)
  fireEvent.focus(time)
  expect(time.textContent).toBe(EXACT)
  fireEvent.blur(time)
  expect(time.textContent).toBe('1 hour ago')
})
