// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core'
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { job } from '@/lib/jobs/testing'
import { ErrorPanel } from './error-panel'

beforeAll(() => {
  // What Mantine asks a browser, and jsdom has no answer to.
  vi.stubGlobal('matchMedia', () => ({
    matches: false,
    addEventListener: () => {},
    removeEventListener: () => {},
  }))
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  )
})

afterEach(cleanup)

it('says what failed, why, what to do, and what an operator will ask for', () => {
  const error = {
    code: 'ffmpeg_failed',
    message: 'FFmpeg ended with code 234.',
    task: 'video',
    attempts: 5,
    logTail: '[libx264] a line of the log',
  }
  render(
    <MantineProvider env="test">
      <ErrorPanel job={job({ status: 'failed', error })} error={error} />
    </MantineProvider>,
  )
  const alert = screen.getByRole('alert')
  expect(alert.textContent).toContain('FFmpeg ended with code 234.')
  expect(alert.textContent).toContain('Code ffmpeg_failed, task video, 5 attempts. Jobj1')
  expect(alert.textContent).toContain('Retry the job')
  expect(screen.getByRole('button', { name: 'Copy the job id for support' })).toBeTruthy()
  expect(screen.getByText('[libx264] a line of the log').tabIndex).toBe(0)
  expect(screen.queryByText('Upload another file')).toBeNull()
})

it('leads from a file that is at fault to another upload', () => {
  const error = { code: 'corrupt_file', message: 'No.', task: null, attempts: null, logTail: null }
  render(
    <MantineProvider env="test">
      <ErrorPanel job={job({ status: 'failed', error })} error={error} />
    </MantineProvider>,
  )
  expect(screen.getByText('The file is damaged')).toBeTruthy()
  expect(screen.getByRole('link', { name: 'Upload another file' }).getAttribute('href')).toBe(
    '/upload',
  )
})
