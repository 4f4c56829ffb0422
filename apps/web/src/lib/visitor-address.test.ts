import { expect, it } from 'vitest'
import { trustedProxies, visitorAddress } from './visitor-address'

const OURS = trustedProxies('10.0.0.0/8, 192.0.2.7, 2001:db8::/32')

it('is the sender where that is no proxy of ours, whatever it says', () => {
  expect(visitorAddress('203.0.113.9', undefined, OURS)).toBe('203.0.113.9')
  expect(visitorAddress('203.0.113.9', '198.51.100.1', OURS)).toBe('203.0.113.9')
  expect(visitorAddress('::ffff:203.0.113.9', '198.51.100.1', OURS)).toBe('203.0.113.9')
})

it('is what our proxy saw, and not what a visitor wrote before', () => {
  expect(visitorAddress('10.1.2.3', '203.0.113.9', OURS)).toBe('203.0.113.9')
  expect(visitorAddress('10.1.2.3', '198.51.100.1, 203.0.113.9', OURS)).toBe('203.0.113.9')
  expect(visitorAddress('::ffff:192.0.2.7', '203.0.113.9:5000', OURS)).toBe('203.0.113.9')
  expect(visitorAddress('2001:db8::1', '[2001:db9::5]:5000', OURS)).toBe('2001:db9::5')
})

it('goes through several proxies of ours', () => {
  expect(visitorAddress('10.1.2.3', '198.51.100.1, 203.0.113.9, 10.9.9.9', OURS)).toBe(
    '203.0.113.9',
  )
  expect(visitorAddress('10.1.2.3', '10.7.7.7, 10.9.9.9', OURS)).toBe('10.7.7.7')
})

it('stays with the last address that is one', () => {
  expect(visitorAddress('10.1.2.3', '', OURS)).toBe('10.1.2.3')
  expect(visitorAddress('10.1.2.3', '203.0.113.9, nonsense', OURS)).toBe('10.1.2.3')
})

it('trusts this machine alone where nothing else is said', () => {
  const usual = trustedProxies(undefined)
  expect(visitorAddress('127.0.0.1', '203.0.113.9', usual)).toBe('203.0.113.9')
  expect(visitorAddress('::1', '203.0.113.9', usual)).toBe('203.0.113.9')
  expect(visitorAddress('10.1.2.3', '203.0.113.9', usual)).toBe('10.1.2.3')
})

it('refuses what is no address', () => {
  for (const wrong of ['*', 'proxy.internal', '10.0.0.0/33', '10.0.0.0/x', '::1/129']) {
    expect(() => trustedProxies(wrong), wrong).toThrow('FORWARDED_ALLOW_IPS')
  }
})
