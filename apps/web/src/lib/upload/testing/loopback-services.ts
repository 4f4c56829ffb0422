import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface StoredUpload {
  id: string
  status: 'pending' | 'completed' | 'aborted'
  mode: 'single' | 'multipart'
  size: number
  filename: string
  part_size: number | null
  parts: Map<number, Buffer>
  video_id: string | null
}

/** What one PUT to storage shall meet; the body has been read by then. */
export type Fault = 'reset' | 'unavailable' | 'forbidden' | 'no-such-upload' | 'hang'

const CORS = {
  'Access-Control-Allow-Headers': 'content-type,idempotency-key',
  'Access-Control-Allow-Methods': 'GET,PUT,POST,PATCH,DELETE',
  'Access-Control-Allow-Credentials': 'true',
}

/**
 * The two services that an upload talks to, over real sockets on loopback: the REST API's upload
 * routes, and a store that keeps the parts. Tests say what shall fail, and read what arrived.
 */
export class LoopbackServices {
  readonly uploads = new Map<string, StoredUpload>()
  /** "METHOD /path" of every request but preflights, in order. */
  readonly requests: string[] = []
  /** The part of every PUT that was kept, in order. */
  readonly kept: number[] = []
  /** Jobs by idempotency key. */
  readonly jobs = new Map<string, { id: string; videoId: string; preset?: string }>()
  /** What was said of videos, by id. */
  readonly described = new Map<string, unknown>()
  /** Decides about each PUT; called with the part's number and how often it was tried before. */
  fault: (part: number, attempt: number) => Fault | null = () => null
  /** While set, PUTs are received but not answered until it resolves. */
  gate: Promise<void> | null = null
  /** How often POST /jobs answers 503 before it works. */
  jobFailures = 0
  /** How often POST /jobs answers 429 before it works, and how many seconds it asks for. */
  jobLimits = 0
  retryAfter = 1
  partSize = 64 * 1024
  singleMax = 100 * 1024
  peak = 0

  readonly #attempts = new Map<string, number>()
  readonly #running = new Set<ServerResponse>()
  readonly #server: Server = createServer((request, response) => {
    this.#answer(request, response).catch(() => response.destroy())
  })

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** SHA-256 of what an upload's parts make together. */
  digest(id: string): string {
    const { parts } = this.#upload(id)
    const hash = createHash('sha256')
    for (const number of [...parts.keys()].sort((a, b) => a - b))
      hash.update(parts.get(number) ?? '')
    return hash.digest('hex')
  }

  only(): StoredUpload {
    const [upload, ...others] = this.uploads.values()
    if (!upload || others.length > 0)
      throw new Error(`expected one upload, not ${this.uploads.size}`)
    return upload
  }

  /** PUTs that were received, not answered, and whose sender is still there. */
  get running(): number {
    return this.#running.size
  }

  countRequests(pattern: RegExp): number {
    return this.requests.filter((request) => pattern.test(request)).length
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(CORS)) response.setHeader(name, value)
    response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '*')
    if (request.method === 'OPTIONS') return void response.writeHead(204).end()
    const path = new URL(request.url ?? '/', this.origin).pathname
    this.requests.push(`${request.method} ${path}`)
    const body = await readAll(request)
    if (request.method === 'PUT') return this.#store(path, body, response)
    const json = body.length > 0 ? JSON.parse(body.toString()) : {}
    this.#api(`${request.method} ${path}`, json, request, response)
  }

  async #store(path: string, body: Buffer, response: ServerResponse): Promise<void> {
    const [, , id = '', part = ''] = path.split('/')
    const attempt = this.#attempts.get(path) ?? 0
    this.#attempts.set(path, attempt + 1)
    this.#running.add(response)
    response.once('close', () => this.#running.delete(response))
    this.peak = Math.max(this.peak, this.running)
    await (this.gate ?? new Promise((resolve) => setTimeout(resolve, 2)))
    // The sender has hung up meanwhile; this store then throws the part away.
    if (response.closed) return
    const fault = this.fault(Number(part), attempt)
    if (fault === 'reset') return void response.destroy()
    if (fault === 'hang') return
    if (fault) return this.#refuse(fault, response)
    this.#upload(id).parts.set(Number(part), body)
    this.kept.push(Number(part))
    response.setHeader('ETag', `"${createHash('md5').update(body).digest('hex')}"`)
    response.writeHead(200).end()
  }

  #refuse(fault: Fault, response: ServerResponse): void {
    const [status, code] = {
      unavailable: [503, 'ServiceUnavailable'] as const,
      forbidden: [403, 'AccessDenied'] as const,
      'no-such-upload': [404, 'NoSuchUpload'] as const,
    }[fault as 'unavailable' | 'forbidden' | 'no-such-upload']
    response.writeHead(status, { 'Content-Type': 'application/xml' })
    response.end(
      `<?xml version="1.0"?><Error><Code>${code}</Code><Message>said the store</Message></Error>`,
    )
  }

  #api(
    route: string,
    body: Record<string, never>,
    request: IncomingMessage,
    response: ServerResponse,
  ) {
    const send = (status: number, content?: unknown) => {
      response.writeHead(status, { 'Content-Type': 'application/json' })
      response.end(content === undefined ? undefined : JSON.stringify(content))
    }
    if (route === 'POST /api/v1/uploads') return send(201, this.#create(body))
    const [, video] = /^PATCH \/api\/v1\/videos\/([^/]+)$/.exec(route) ?? []
    if (video) {
      this.described.set(video, body)
      return send(200, {})
    }
    if (route === 'POST /api/v1/jobs') return this.#startJob(body, request, response, send)
    const [, id = '', action = ''] = /^\w+ \/api\/v1\/uploads\/([^/]+)\/?(\w*)$/.exec(route) ?? []
    const upload = this.uploads.get(id)
    if (!upload) return send(404, { code: 'not_found', detail: 'There is no such upload.' })
    if (action === 'parts') return send(200, this.#sign(upload, body))
    if (action === 'complete') {
      upload.status = 'completed'
      upload.video_id ??= randomUUID()
    }
    if (route.startsWith('DELETE')) {
      upload.status = 'aborted'
      return send(204)
    }
    send(200, this.#describe(upload))
  }

  #create(body: { filename?: string; size?: number }) {
    const size = body.size ?? 0
    const multipart = size > this.singleMax
    const upload: StoredUpload = {
      id: randomUUID(),
      status: 'pending',
      mode: multipart ? 'multipart' : 'single',
      size,
      filename: body.filename ?? '',
      part_size: multipart ? this.partSize : null,
      parts: new Map(),
      video_id: null,
    }
    this.uploads.set(upload.id, upload)
    return this.#describe(upload)
  }

  #sign(upload: StoredUpload, body: { numbers?: number[] }) {
    const url = (number: number) =>
      `${this.origin}/store/${upload.id}/${number}?signature=${randomUUID()}`
    const urls = (body.numbers ?? []).map((number) => ({ number, url: url(number) }))
    return { urls, expires_at: new Date(Date.now() + 3_600_000).toISOString() }
  }

  #describe(upload: StoredUpload) {
    const single = upload.mode === 'single' && upload.status === 'pending'
    return {
      ...upload,
      url: single ? `${this.origin}/store/${upload.id}/1?signature=${randomUUID()}` : null,
      headers: single ? { 'Content-Type': 'video/mp4', Host: 'ignored' } : null,
      parts: [...upload.parts].map(([number, data]) => ({ number, etag: 'x', size: data.length })),
    }
  }

  #startJob(
    body: { video_id?: string; preset?: string },
    request: IncomingMessage,
    response: ServerResponse,
    send: (status: number, content: unknown) => void,
  ): void {
    if (this.jobLimits > 0) {
      this.jobLimits--
      response.setHeader('Retry-After', this.retryAfter)
      response.setHeader('Access-Control-Expose-Headers', 'Retry-After')
      send(429, { code: 'rate_limited', detail: 'Your account sends too many requests.' })
      return
    }
    if (this.jobFailures > 0) {
      this.jobFailures--
      send(503, { code: 'unavailable', detail: 'The database is away.' })
      return
    }
    const key = String(request.headers['idempotency-key'])
    const job = this.jobs.get(key) ?? {
      id: randomUUID(),
      videoId: body.video_id ?? '',
      preset: body.preset,
    }
    this.jobs.set(key, job)
    send(202, job)
  }

  #upload(id: string): StoredUpload {
    const upload = this.uploads.get(id)
    if (!upload) throw new Error(`no upload ${id}`)
    return upload
  }
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
