// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core'
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { ServicesProvider } from '@/components/providers/services'
import { SessionProvider } from '@/components/providers/session-provider'
import { readConfig } from '@/lib/config'
import { Register } from './register-form'

beforeAll(() => {
  // What Mantine asks a browser, and jsdom has no answer to.
  vi.stubGlobal('matchMedia', () => ({
    matches: false,
    addEventListener: () => {},
    removeEventListener: () => {},
  }))
})

afterEach(cleanup)

function show(registration: string) {
  render(
    <MantineProvider>
      <ServicesProvider config={readConfig({ REGISTRATION: registration })}>
        <SessionProvider visitor={null}>
          <Register invite="" returnTo="/jobs" />
        </SessionProvider>
      </ServicesProvider>
    </MantineProvider>,
  )
}

it('asks for no invitation where everybody may register', () => {
  show('open')
  expect(screen.getByText('Everybody can make an account here.')).toBeTruthy()
  expect(screen.getByLabelText('E-mail address')).toBeTruthy()
  expect(screen.queryByLabelText('Invitation')).toBeNull()
})

it('asks for an invitation where it takes one', () => {
  show('invite')
  expect(screen.getByLabelText('Invitation')).toBeTruthy()
})

it('shows no form where nobody may register, and whom to ask', () => {
  show('closed')
  expect(screen.getByRole('heading').textContent).toBe('Registration is closed')
  expect(screen.getByText(/setting REGISTRATION/)).toBeTruthy()
  expect(screen.queryByRole('textbox')).toBeNull()
  expect(screen.getByRole('link', { name: 'Sign in' }).getAttribute('href')).toBe(
    '/sign-in?next=%2Fjobs',
  )
})
