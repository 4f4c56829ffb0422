import { createServer } from 'node:http'
import { expect, test } from '@playwright/test'
import { GRAPHQL, listening, secondWeb } from './second-web'

test('what a visitor says of their own address is believed from a proxy only', async () => {
  const graphql = await listener()
  try {
    const direct = await web(graphql.url, '192.0.2.7')
    for (const headers of [new Headers({ 'X-Forwarded-For': '203.0.113.9' }), new Headers()]) {
      await direct.visit(headers)
      expect(graphql.addresses()).toEqual(['127.0.0.1'])
    }
    await direct.stop()

    const behindUs = await web(graphql.url, '127.0.0.1')
    await behindUs.visit(new Headers({ 'X-Forwarded-For': '198.51.100.1, 203.0.113.9' }))
    expect(graphql.addresses()).toEqual(['203.0.113.9'])
    await behindUs.stop()
  } finally {
    graphql.stop()
  }
})

/** The real GraphQL, behind an ear that hears for whom the web asks. */
async function listener() {
  const heard: (string | undefined)[] = []
  const server = createServer(async (request, response) => {
    heard.push(request.headers['x-forwarded-for']?.toString())
    const body = Buffer.concat(await request.toArray())
    const headers = { 'Content-Type': 'application/json' }
    const answer = await fetch(`${GRAPHQL}/query`, { method: 'POST', headers, body })
    response.writeHead(answer.status, headers).end(await answer.text())
  })
  return {
    url: await listening(server),
    /** Since this was asked last; a page may ask more than once. */
    addresses: () => [...new Set(heard.splice(0))],
    stop: () => server.close(),
  }
}

async function web(GRAPHQL_INTERNAL_URL: string, FORWARDED_ALLOW_IPS: string) {
  const { url, stop } = await secondWeb({ GRAPHQL_INTERNAL_URL, FORWARDED_ALLOW_IPS })
  const visit = async (headers: Headers) => {
    const answer = await fetch(`${url}/?search=whoever`, { headers })
    expect(answer.status).toBe(200)
    await answer.text()
  }
  return { visit, stop }
}
