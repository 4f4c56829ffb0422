import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Received {
  headers: IncomingHttpHeaders
  body: string
}

/** A server of somebody's that webhooks are sent to. */
export interface Receiver {
  url: string
  /** Everything that came, in order. */
  received: Received[]
  /** What it answers from now on. */
  answerWith: (status: number) => void
  stop: () => Promise<void>
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  let status = 200
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
    response.writeHead(status, { 'X-Receiver': 'e2e' }).end(status < 300 ? 'thanks' : 'not today')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answerWith: (answer) => {
      status = answer
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
