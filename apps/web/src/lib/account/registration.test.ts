import { describe, expect, it } from 'vitest'
import { ApiError } from '@/lib/rest/problem'
import { registrationFaults, registrationWords } from './registration'

describe('a refused registration', () => {
  it('is told at the field that has to change', () => {
    const taken = new ApiError(409, 'email_taken', 'This email address has an account.')
    expect(registrationFaults(taken)).toEqual({ email: 'This email address has an account.' })
    const spent = new ApiError(403, 'invalid_invite', 'Ask for a new one.')
    expect(registrationFaults(spent)).toEqual({ invite: 'Ask for a new one.' })
    const short = new ApiError(422, 'invalid_request', 'Check these fields: password.', [
      { field: 'password', detail: 'Too short.' },
    ])
    expect(registrationFaults(short)).toEqual({ password: 'Too short.' })
  })

  it('is about no field where nobody may register at all', () => {
    expect(registrationFaults(new ApiError(403, 'registration_closed', 'Closed.'))).toEqual({})
  })
})

it('tells strangers how one gets an account', () => {
  expect(registrationWords('open', false)).toMatch(/^Everybody/)
  expect(registrationWords('invite', false)).toMatch(/takes an invitation/)
  expect(registrationWords('invite', true)).toMatch(/^You were invited/)
})
