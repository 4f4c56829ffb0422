import { describe, expect, it } from 'vitest'
import { type ApiKey, keyState, scopesText } from './api-keys'
import { placesOf, wishOf } from './key-wish'

const NOW = Date.parse('2026-11-22T12:00:00Z')

function key(rest: Partial<ApiKey>): ApiKey {
  return {
    id: '1',
    owner_id: '2',
    name: 'CI',
    prefix: 'vm_abc',
    scopes: ['read'],
    created_at: '2026-11-01T00:00:00Z',
    expires_at: null,
    revoked_at: null,
    hourly_limit: null,
    ip_allow: null,
    rotated_to: null,
    last_used_at: null,
    last_used_address: null,
    ...rest,
  }
}

describe('the state of a key', () => {
  it('is told from what ended it', () => {
    expect(keyState(key({}), NOW)).toBe('active')
    expect(keyState(key({ expires_at: '2026-11-22T12:00:01Z' }), NOW)).toBe('active')
    expect(keyState(key({ expires_at: '2026-11-22T12:00:00Z' }), NOW)).toBe('expired')
    expect(keyState(key({ revoked_at: '2026-11-22T11:00:00Z' }), NOW)).toBe('revoked')
  })

  it('knows keys that go on beside their successor', () => {
    const old = { rotated_to: '9', expires_at: '2026-11-23T00:00:00Z' }
    expect(keyState(key(old), NOW)).toBe('replaced')
    expect(keyState(key(old), Date.parse('2026-11-24T00:00:00Z'))).toBe('expired')
  })
})

it('says what a key is good for', () => {
  expect(scopesText(['read'])).toBe('Reads')
  expect(scopesText(['read', 'write'])).toBe('Reads and writes')
  expect(scopesText(['admin', 'read'])).toBe('Reads, administers')
})

describe('what a form asks for', () => {
  const form = (values: Record<string, string>) => {
    const data = new FormData()
    for (const [name, value] of Object.entries(values)) data.append(name, value)
    return data
  }

  it('is a key without limits where nothing is filled in', () => {
    expect(
      wishOf(form({ name: ' CI ', lifetime: '', hourly_limit: '', ip_allow: ' ' }), NOW),
    ).toEqual({
      name: 'CI',
      scopes: ['read'],
      expires_at: null,
      hourly_limit: null,
      ip_allow: null,
    })
  })

  it('takes limits as they are written', () => {
    const wish = wishOf(
      form({
        name: 'CI',
        scopes: 'write',
        lifetime: '86400',
        hourly_limit: '250',
        ip_allow: '192.0.2.7\n2001:db8::/32, 198.51.100.0/24',
      }),
      NOW,
    )
    expect(wish).toEqual({
      name: 'CI',
      scopes: ['read', 'write'],
      expires_at: '2026-11-23T12:00:00.000Z',
      hourly_limit: 250,
      ip_allow: ['192.0.2.7', '2001:db8::/32', '198.51.100.0/24'],
    })
  })

  it('lets the key work until the end of the chosen day', () => {
    const { expires_at } = wishOf(form({ lifetime: 'date', expires_at: '2026-12-24' }), NOW)
    expect(new Date(expires_at ?? '').getDate()).toBe(24)
    expect(wishOf(form({ lifetime: 'date', expires_at: '' }), NOW).expires_at).toBeNull()
  })
})

it('separates addresses however they are written', () => {
  expect(placesOf(' 192.0.2.1;192.0.2.2\r\n')).toEqual(['192.0.2.1', '192.0.2.2'])
})
