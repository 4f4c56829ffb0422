import { createHash, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createRestClient } from '@/lib/rest/client'
import { createUploadApi } from '@/lib/rest/uploads'
import { UploadEngine } from './engine'
import { LoopbackServices } from './testing/loopback-services'
import type { UploadItem, UploadState } from './upload-item'

const LIMITS = { maxBytes: 10_000_000, minSeconds: 1, maxSeconds: 86_400, minShortSide: 360 }
const MULTIPART_SIZE = 20 * 64 * 1024 + 777 // 21 parts, the last one short

let services: LoopbackServices
const engines: UploadEngine[] = []

beforeEach(async () => {
  localStorage.clear()
  services = new LoopbackServices()
  await services.start()
})

afterEach(async () => {
  for (const engine of engines.splice(0)) engine.destroy()
  await services.stop()
})

function openEngine(options: { stallTimeout?: number; retries?: number; userId?: string } = {}) {
  const engine = new UploadEngine({
    api: createUploadApi(createRestClient(services.origin)),
    limits: LIMITS,
    userId: 'u1',
    storage: localStorage,
    retryBaseDelay: 5,
    ...options,
  })
  engine.subscribe(() => {})
  engines.push(engine)
  return engine
}

function video(size: number, name = 'clip.mp4', lastModified = 1_700_000_000_000) {
  const bytes = randomBytes(size)
  const file = new File([bytes], name, { type: 'video/mp4', lastModified })
  return { file, digest: createHash('sha256').update(bytes).digest('hex') }
}

function theItem(engine: UploadEngine): UploadItem {
  const [item] = engine.getItems()
  if (!item) throw new Error('the list is empty')
  return item
}

async function reach(engine: UploadEngine, state: UploadState): Promise<UploadItem> {
  await vi.waitFor(() => expect(theItem(engine)).toMatchObject({ state }), { timeout: 8000 })
  return theItem(engine)
}

/** A promise and the function that fulfils it. */
function openGate() {
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  return { gate, open }
}

describe('a small file', () => {
  it('goes up in one PUT with the headers that were signed, and starts a job', async () => {
    const engine = openEngine()
    const { file, digest } = video(5000)
    expect(engine.add([file])).toEqual([])
    const item = await reach(engine, 'done')
    const upload = services.only()
    expect(services.digest(upload.id)).toBe(digest)
    expect(item).toMatchObject({ percent: 100, bytesUploaded: 5000, error: null })
    const job = services.jobs.get(`upload-${upload.id}`)
    expect(item.jobId).toBe(job?.id)
    expect(job?.videoId).toBe(upload.video_id)
    expect(engine.listResumable()).toEqual([])
  })

  it('asks for a fresh address when the first one is refused', async () => {
    services.fault = (_part, attempt) => (attempt === 0 ? 'forbidden' : null)
    const engine = openEngine()
    const { file, digest } = video(5000)
    engine.add([file])
    await reach(engine, 'done')
    expect(services.digest(services.only().id)).toBe(digest)
    expect(services.countRequests(/^GET \/api\/v1\/uploads\//)).toBe(1)
  })
})

describe('a big file', () => {
  it('goes up in parallel parts, signed in batches', async () => {
    const engine = openEngine()
    const { file, digest } = video(MULTIPART_SIZE)
    engine.add([file])
    await reach(engine, 'done')
    expect(services.digest(services.only().id)).toBe(digest)
    expect(services.countRequests(/^PUT/)).toBe(21)
    expect(services.countRequests(/\/parts$/)).toBe(2)
    expect(services.peak).toBeGreaterThan(3)
    expect(services.peak).toBeLessThanOrEqual(6)
  })

  it('arrives whole though every fourth PUT is reset and others are refused', async () => {
    services.fault = (part, attempt) => {
      if (attempt > 1) return null
      if (part % 4 === 0) return 'reset'
      return part % 5 === 0 ? 'unavailable' : part % 7 === 0 ? 'forbidden' : null
    }
    const engine = openEngine()
    const { file, digest } = video(MULTIPART_SIZE)
    engine.add([file])
    await reach(engine, 'done')
    expect(services.digest(services.only().id)).toBe(digest)
    expect(services.countRequests(/^PUT/)).toBeGreaterThan(30)
  })

  it('gives up a connection that stalls and sends the part again', async () => {
    services.fault = (part, attempt) => (part === 3 && attempt === 0 ? 'hang' : null)
    const engine = openEngine({ stallTimeout: 300 })
    const { file, digest } = video(MULTIPART_SIZE)
    engine.add([file])
    await reach(engine, 'done')
    expect(services.digest(services.only().id)).toBe(digest)
  })

  it('fails with a sentence that says what to do, and goes on from there on retry', async () => {
    services.fault = (part) => (part === 21 ? 'no-such-upload' : null)
    const engine = openEngine()
    const { file, digest } = video(MULTIPART_SIZE)
    engine.add([file])
    const failed = await reach(engine, 'failed')
    expect(failed.error).toContain('The server no longer holds this upload.')
    const before = services.countRequests(/^PUT/)
    services.fault = () => null
    engine.retry(failed.id)
    await reach(engine, 'done')
    expect(services.digest(services.only().id)).toBe(digest)
    expect(services.countRequests(/^PUT/) - before).toBeLessThan(21)
  })
})

describe('pause and resume', () => {
  it('sends nothing while paused, and only the missing parts afterwards', async () => {
    const { gate, open } = openGate()
    const engine = openEngine()
    const { file, digest } = video(MULTIPART_SIZE)
    services.fault = (part) => {
      if (part === 8) services.gate = gate
      return null
    }
    engine.add([file])
    await vi.waitFor(() => expect(services.gate).not.toBeNull())
    engine.pause(theItem(engine).id)
    expect((await reach(engine, 'paused')).percent).toBeLessThan(100)
    // Every transfer was hung up: a part that ignored the pause would still be here.
    await vi.waitFor(() => expect(services.running).toBe(0))
    open()
    services.gate = null
    services.fault = () => null
    const stored = services.only().parts.size
    const before = services.countRequests(/^PUT/)
    engine.resume(theItem(engine).id)
    await reach(engine, 'done')
    expect(services.digest(services.only().id)).toBe(digest)
    expect(stored).toBeGreaterThan(0)
    expect(services.countRequests(/^PUT/) - before).toBe(21 - stored)
  })

  it('continues after a reload when the same file is picked again', async () => {
    const { gate, open } = openGate()
    const first = openEngine()
    const { file, digest } = video(MULTIPART_SIZE)
    services.fault = (part) => {
      if (part === 12) services.gate = gate
      return null
    }
    first.add([file])
    await vi.waitFor(() => expect(services.gate).not.toBeNull())
    await vi.waitFor(() => expect(services.only().parts.size).toBeGreaterThanOrEqual(6))
    first.destroy()
    await vi.waitFor(() => expect(services.running).toBe(0))
    open()
    services.gate = null
    services.fault = () => null

    const second = openEngine()
    const [offered] = second.listResumable()
    expect(offered).toMatchObject({ name: 'clip.mp4', size: MULTIPART_SIZE })
    expect(offered?.bytesUploaded).toBeGreaterThan(0)
    const stored = services.only().parts.size
    const before = services.countRequests(/^PUT/)
    second.add([file])
    const done = await reach(second, 'done')
    expect(services.uploads.size).toBe(1)
    expect(services.digest(services.only().id)).toBe(digest)
    expect(services.countRequests(/^PUT/) - before).toBe(21 - stored)
    expect(done.resumedPercent).toBeGreaterThan(0)
    expect(second.listResumable()).toEqual([])
  })

  it('offers an unfinished upload to nobody else', async () => {
    services.fault = () => 'no-such-upload'
    const engine = openEngine()
    engine.add([video(MULTIPART_SIZE).file])
    await reach(engine, 'failed')
    expect(openEngine().listResumable()).toHaveLength(1)
    expect(openEngine({ userId: 'u2' }).listResumable()).toEqual([])
  })

  it('begins anew when the server has discarded the upload', async () => {
    services.fault = () => 'no-such-upload'
    const first = openEngine()
    const { file, digest } = video(MULTIPART_SIZE)
    first.add([file])
    await reach(first, 'failed')
    first.destroy()
    services.uploads.clear()
    services.fault = () => null
    const second = openEngine()
    second.add([file])
    await reach(second, 'done')
    expect(services.digest(services.only().id)).toBe(digest)
  })
})

describe('the list', () => {
  it('waits for the network without failing', async () => {
    const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
    const engine = openEngine({ retries: 0 })
    engine.add([video(5000).file])
    await reach(engine, 'offline')
    expect(services.requests).toEqual([])
    online.mockRestore()
    window.dispatchEvent(new Event('online'))
    await reach(engine, 'done')
  })

  it('aborts on the server what is removed, even after it failed', async () => {
    services.fault = () => 'no-such-upload'
    const engine = openEngine()
    engine.add([video(MULTIPART_SIZE).file])
    const { id } = await reach(engine, 'failed')
    engine.remove(id)
    await vi.waitFor(() => expect(services.only().status).toBe('aborted'))
    expect(engine.getItems()).toEqual([])
    expect(engine.listResumable()).toEqual([])
  })

  it('keeps on the server what is cleared after it finished', async () => {
    const engine = openEngine()
    engine.add([video(5000).file])
    await reach(engine, 'done')
    engine.clearFinished()
    expect(engine.getItems()).toEqual([])
    expect(services.countRequests(/^DELETE/)).toBe(0)
    expect(services.only().status).toBe('completed')
  })

  it('starts one job though starting it failed at first', async () => {
    services.jobFailures = 2
    const engine = openEngine()
    engine.add([video(5000).file])
    await reach(engine, 'done')
    expect(services.jobs.size).toBe(1)
  })

  it('does not send the bytes again when only the job could not be started', async () => {
    services.jobFailures = 1
    const engine = openEngine({ retries: 0 })
    engine.add([video(5000).file])
    const { id } = await reach(engine, 'failed')
    engine.retry(id)
    await reach(engine, 'done')
    expect(services.countRequests(/^PUT/)).toBe(1)
    expect(services.uploads.size).toBe(1)
  })

  it('names what it cannot take and goes on with the rest', async () => {
    const engine = openEngine()
    const good = video(5000, 'good.mov').file
    const rejections = engine.add([
      new File(['x'], 'notes.txt', { type: 'text/plain' }),
      new File([], 'empty.mp4', { type: 'video/mp4' }),
      good,
      good,
    ])
    expect(rejections).toEqual([
      '“notes.txt” is not a video in a format we can read.',
      '“empty.mp4” is empty.',
      '“good.mov” is in the list already.',
    ])
    await reach(engine, 'done')
    expect(engine.getItems()).toHaveLength(1)
  })

  it('pauses and resumes everything at once', async () => {
    const { gate, open } = openGate()
    services.gate = gate
    const engine = openEngine()
    const files = ['a.mp4', 'b.mp4', 'c.mp4'].map((name) => video(5000, name).file)
    engine.add(files)
    await vi.waitFor(() => expect(services.countRequests(/^PUT/)).toBe(3))
    engine.pauseAll()
    expect(engine.getItems().map((item) => item.state)).toEqual(['paused', 'paused', 'paused'])
    services.gate = null
    open()
    engine.resumeAll()
    await vi.waitFor(() =>
      expect(engine.getItems().map((item) => item.state)).toEqual(['done', 'done', 'done']),
    )
    expect(services.uploads.size).toBe(3)
  })
})
