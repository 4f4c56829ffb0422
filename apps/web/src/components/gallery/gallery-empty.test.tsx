// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { ServicesProvider } from '@/components/providers/services'
import { SessionProvider } from '@/components/providers/session-provider'
import { readConfig } from '@/lib/config'
import { GalleryEmpty } from './gallery-empty'

afterEach(cleanup)

function show(narrowed: boolean) {
  render(
    <ServicesProvider config={readConfig({})}>
      <SessionProvider visitor={null}>
        <GalleryEmpty narrowed={narrowed} />
      </SessionProvider>
    </ServicesProvider>,
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
