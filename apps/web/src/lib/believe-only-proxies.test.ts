// @vitest-environment node
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { believeOnlyProxies } from './believe-only-proxies'

it('gives every request of a server the address that it came from', async () => {
  believeOnlyProxies('192.0.2.7')
  const server = createServer((request, response) => {
    response.end(request.headers['x-forwarded-for'])
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  try {
    const { port } = server.address() as AddressInfo
    const forged = { 'X-Forwarded-For': '203.0.113.9' }
    const seen = async (headers: Record<string, string>) =>
      (await fetch(`http://127.0.0.1:${port}/`, { headers })).text()
    expect(await seen(forged)).toBe('127.0.0.1')
    expect(await seen({})).toBe('127.0.0.1')
  } finally {
    server.close()
  }
})
