import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { ServicesProvider } from '@/components/providers/services'
import { readConfig } from '@/lib/config'
import { GalleryEmpty } from './gallery-empty'

beforeAll(() => {
  // What Mantine asks a browser, and jsdom has no answer to.
  vi.stubGlobal('matchMedia', () => ({
    matches: false,
    addEventListener: () => {},
    removeEventListener: () => {},
  }))
})

afterEach(cleanup)

function show(narrowed: boolean) {
  render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <ServicesProvider config={readConfig({})} hasSession={false}>
          <GalleryEmpty narrowed={narrowed} />
        </ServicesProvider>
      </QueryClientProvider>
    </MantineProvider>,
  )
}

it('invites to upload where nothing is public yet', () => {
  show(false)
  expect(screen.getByText('No public videos yet')).toBeTruthy()
  expect(screen.getByRole('link', { name: 'Upload the first video' })).toBeTruthy()
})

it('leads back to all videos where none matches', () => {
  show(true)
  expect(screen.getByText('No video matches')).toBeTruthy()
  expect(screen.getByRole('link', { name: 'Show all videos' })).toBeTruthy()
  expect(screen.queryByText('No public videos yet')).toBeNull()
})
