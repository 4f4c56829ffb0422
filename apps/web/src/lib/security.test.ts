import { describe, expect, it } from 'vitest'
import { canonicalLoopbackUrl } from './canonical-host'
import { readConfig, readServerConfig } from './config'
import { contentSecurityPolicy } from './content-security-policy'
import { mayHaveSession, safeReturnPath } from './rest/session'

describe('the content security policy', () => {
  const policy = contentSecurityPolicy(
    readConfig({
      API_PUBLIC_URL: 'https://v.example/',
      S3_PUBLIC_ENDPOINT_URL: 'https://s3.example',
    }),
    'n0nce',
    false,
  )

  it('names every service once, and no other host', () => {
    expect(policy).toContain(
      "connect-src 'self' https://v.example http://127.0.0.1:8081 https://s3.example;",
    )
    expect(policy.match(/https?:\/\/[^ ;]+/g)).toHaveLength(9)
  })

  it('runs only scripts with the nonce of the response', () => {
    expect(policy).toContain("script-src 'self' 'nonce-n0nce' 'strict-dynamic';")
    expect(policy).not.toMatch(/script-src[^;]*unsafe/)
  })
})

it('lets other pages frame what is meant for that, and nothing else', () => {
  const config = readConfig({})
  expect(contentSecurityPolicy(config, 'n', false)).toContain("frame-ancestors 'none';")
  expect(contentSecurityPolicy(config, 'n', false, '*')).toContain('frame-ancestors *;')
})

it('reads where the server reaches GraphQL, by default where everybody does', () => {
  const env = { GRAPHQL_PUBLIC_URL: 'https://g.example/' }
  expect(readServerConfig(env).graphqlInternalUrl).toBe('https://g.example')
  const inside = { ...env, GRAPHQL_INTERNAL_URL: 'http://graphql:8081' }
  expect(readServerConfig(inside).graphqlInternalUrl).toBe('http://graphql:8081')
})

it('refuses settings that cannot be meant', () => {
  expect(() => readConfig({ API_PUBLIC_URL: 'localhost' })).toThrow('API_PUBLIC_URL is not a URL')
  expect(() => readConfig({ INPUT_MAX_BYTES: '20 GB' })).toThrow('INPUT_MAX_BYTES is not a number')
  expect(() => readConfig({ REGISTRATION: 'ajar' })).toThrow('REGISTRATION is none of invite')
  expect(readConfig({ REGISTRATION: '' }).registration).toBe('invite')
})

describe('the canonical host', () => {
  it('is the name that the API has, among the names of this machine', () => {
    expect(canonicalLoopbackUrl('http://localhost:3000/jobs?a=1', 'http://127.0.0.1:8080')).toBe(
      'http://127.0.0.1:3000/jobs?a=1',
    )
    expect(canonicalLoopbackUrl('http://127.0.0.1:3000/', 'http://127.0.0.1:8080')).toBeNull()
  })

  it('leaves every other host alone', () => {
    expect(canonicalLoopbackUrl('https://v.example/', 'http://127.0.0.1:8080')).toBeNull()
    expect(canonicalLoopbackUrl('http://localhost:3000/', 'https://api.example')).toBeNull()
  })
})

it.each([
  ['/jobs?status=failed', '/jobs?status=failed'],
  ['https://evil.example/', '/upload'],
  ['//evil.example/', '/upload'],
  ['/\\evil.example/', '/upload'],
  [null, '/upload'],
])('after signing in, %s leads to %s', (next, path) => {
  expect(safeReturnPath(next)).toBe(path)
})

it.each([
  ['the cookie was sent', ['vidmill_session'], '127.0.0.1:3000', true],
  ['none was sent to the host that the API has too', [], '127.0.0.1:3000', false],
  ['the API has another host, whose cookies are not ours to see', [], 'www.example', true],
])('somebody may be signed in: %s', (_, sent, host, expected) => {
  expect(mayHaveSession(new Set(sent), host, 'http://127.0.0.1:8080')).toBe(expected)
})
