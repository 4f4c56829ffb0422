import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { GraphQLClient } from './client'
import { graphql } from './tada'

const QUERY = graphql(`query Mine { me { email } }`)

let server: Server
let answer: { status: number; body: string }

beforeEach(async () => {
  server = createServer((request, response) => {
    response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '*')
    response.setHeader('Access-Control-Allow-Credentials', 'true')
    response.setHeader('Access-Control-Allow-Headers', 'content-type, x-forwarded-for')
    response.writeHead(request.method === 'OPTIONS' ? 204 : answer.status).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(() => new Promise((resolve) => server.close(resolve)))

function ask(status: number, body: string) {
  answer = { status, body }
  const { port } = server.address() as AddressInfo
  return new GraphQLClient(`http://127.0.0.1:${port}`).query(QUERY, {})
}

it('gives the data of an answer', async () => {
  expect(await ask(200, '{"data":{"me":{"email":"a@b.c"}}}')).toEqual({ me: { email: 'a@b.c' } })
})

it('keeps status, code and sentence of a refusal', async () => {
  const body = '{"errors":[{"message":"Sign in.","extensions":{"code":"unauthenticated"}}]}'
  await expect(ask(401, body)).rejects.toMatchObject({
    status: 401,
    code: 'unauthenticated',
    message: 'Sign in.',
  })
})

it('makes a sentence of what a proxy answers', async () => {
  await expect(ask(502, '<html>Bad gateway</html>')).rejects.toMatchObject({
    status: 502,
    message: 'The server answered 502. Try again.',
  })
})

it('sends what it was given to send, and always JSON', async () => {
  answer = { status: 200, body: '{"data":{"me":{"email":"a@b.c"}}}' }
  const received = new Promise<Record<string, unknown>>((done) => {
    server.on('request', ({ headers }) => done(headers))
  })
  const { port } = server.address() as AddressInfo
  const headers = { 'X-Forwarded-For': '192.0.2.1', 'Content-Type': 'text/plain' }
  await new GraphQLClient(`http://127.0.0.1:${port}`, headers).query(QUERY, {})
  expect(await received).toMatchObject({
    'x-forwarded-for': '192.0.2.1',
    'content-type': 'application/json',
  })
})

it('says that nobody answered', async () => {
  const client = new GraphQLClient('http://127.0.0.1:1')
  await expect(client.query(QUERY, {})).rejects.toMatchObject({ status: 0, code: 'unreachable' })
})
