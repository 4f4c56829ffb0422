// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest'
import { MULTIPART_SIZE, openGate, reach, startLoopback, video } from './testing/harness'

const loopback = startLoopback()

describe('a small file', () => {
  it('goes up in one PUT with the headers that were signed, and starts a job', async () => {
    const engine = loopback.openEngine()
    const { file, digest } = video(5000)
    expect(engine.add([file])).toEqual([])
    const item = await reach(engine, 'done')
    const upload = loopback.services.only()
    expect(loopback.services.digest(upload.id)).toBe(digest)
    expect(item).toMatchObject({ percent: 100, bytesUploaded: 5000, error: null })
    const job = loopback.services.jobs.get(`upload-${upload.id}`)
    expect(item.jobId).toBe(job?.id)
    expect(job?.videoId).toBe(upload.video_id)
    expect(engine.listResumable()).toEqual([])
  })

  it('asks for a fresh address when the first one is refused', async () => {
    loopback.services.fault = (_part, attempt) => (attempt === 0 ? 'forbidden' : null)
    const engine = loopback.openEngine()
    const { file, digest } = video(5000)
    engine.add([file])
    await reach(engine, 'done')
    expect(loopback.services.digest(loopback.services.only().id)).toBe(digest)
    expect(loopback.services.countRequests(/^GET \/api\/v1\/uploads\//)).toBe(1)
  })
})

describe('a big file', () => {
  it('goes up in parallel parts, signed in batches', async () => {
    const engine = loopback.openEngine()
    const { file, digest } = video(MULTIPART_SIZE)
    engine.add([file])
    await reach(engine, 'done')
    expect(loopback.services.digest(loopback.services.only().id)).toBe(digest)
    expect(loopback.services.countRequests(/^PUT/)).toBe(21)
    expect(loopback.services.countRequests(/\/parts$/)).toBe(2)
    expect(loopback.services.peak).toBeGreaterThan(3)
    expect(loopback.services.peak).toBeLessThanOrEqual(6)
  })

  it('arrives whole though every fourth PUT is reset and others are refused', async () => {
    loopback.services.fault = (part, attempt) => {
      if (attempt > 1) return null
      if (part % 4 === 0) return 'reset'
      return part % 5 === 0 ? 'unavailable' : part % 7 === 0 ? 'forbidden' : null
    }
    const engine = loopback.openEngine()
    const { file, digest } = video(MULTIPART_SIZE)
    engine.add([file])
    await reach(engine, 'done')
    expect(loopback.services.digest(loopback.services.only().id)).toBe(digest)
    expect(loopback.services.countRequests(/^PUT/)).toBeGreaterThan(30)
  })

  it('gives up a connection that stalls and sends the part again', async () => {
    loopback.services.fault = (part, attempt) => (part === 3 && attempt === 0 ? 'hang' : null)
    const engine = loopback.openEngine({ stallTimeout: 300 })
    const { file, digest } = video(MULTIPART_SIZE)
    engine.add([file])
    await reach(engine, 'done')
    expect(loopback.services.digest(loopback.services.only().id)).toBe(digest)
  })

  it('fails with a sentence that says what to do, and goes on from there on retry', async () => {
    loopback.services.fault = (part) => (part === 21 ? 'no-such-upload' : null)
    const engine = loopback.openEngine()
    const { file, digest } = video(MULTIPART_SIZE)
    engine.add([file])
    const failed = await reach(engine, 'failed')
    expect(failed.error).toContain('The server no longer holds this upload.')
    const before = loopback.services.countRequests(/^PUT/)
    loopback.services.fault = () => null
    engine.retry(failed.id)
    await reach(engine, 'done')
    expect(loopback.services.digest(loopback.services.only().id)).toBe(digest)
    expect(loopback.services.countRequests(/^PUT/) - before).toBeLessThan(21)
  })
})

describe('the list', () => {
  it('waits for the network without failing', async () => {
    const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
    const engine = loopback.openEngine({ retries: 0 })
    engine.add([video(5000).file])
    await reach(engine, 'offline')
    expect(loopback.services.requests).toEqual([])
    online.mockRestore()
    window.dispatchEvent(new Event('online'))
    await reach(engine, 'done')
  })

  it('aborts on the server what is removed, even after it failed', async () => {
    loopback.services.fault = () => 'no-such-upload'
    const engine = loopback.openEngine()
    engine.add([video(MULTIPART_SIZE).file])
    const { id } = await reach(engine, 'failed')
    engine.remove(id)
    await vi.waitFor(() => expect(loopback.services.only().status).toBe('aborted'), {
      timeout: 10_000,
    })
    expect(engine.getItems()).toEqual([])
    expect(engine.listResumable()).toEqual([])
  })

  it('keeps on the server what is cleared after it finished', async () => {
    const engine = loopback.openEngine()
    engine.add([video(5000).file])
    await reach(engine, 'done')
    engine.clearFinished()
    expect(engine.getItems()).toEqual([])
    expect(loopback.services.countRequests(/^DELETE/)).toBe(0)
    expect(loopback.services.only().status).toBe('completed')
  })

  it('starts one job though starting it failed at first', async () => {
    loopback.services.jobFailures = 2
    const engine = loopback.openEngine()
    engine.add([video(5000).file])
    await reach(engine, 'done')
    expect(loopback.services.jobs.size).toBe(1)
  })

  it('waits for as long as the server asks for that gets too many requests', async () => {
    loopback.services.jobLimits = 2
    const engine = loopback.openEngine({ retries: 0 })
    const begun = Date.now()
    engine.add([video(5000).file])
    await reach(engine, 'done')
    expect(Date.now() - begun).toBeGreaterThanOrEqual(2000)
    expect(loopback.services.jobs.size).toBe(1)
  })

  it('says so at once when the server asks for longer than anybody waits', async () => {
    loopback.services.jobLimits = 9
    loopback.services.retryAfter = 3600
    const engine = loopback.openEngine()
    engine.add([video(5000).file])
    const item = await reach(engine, 'failed')
    expect(item.error).toContain('too many requests')
  })

  it('does not send the bytes again when only the job could not be started', async () => {
    loopback.services.jobFailures = 1
    const engine = loopback.openEngine({ retries: 0 })
    engine.add([video(5000).file])
    const { id } = await reach(engine, 'failed')
    engine.retry(id)
    await reach(engine, 'done')
    expect(loopback.services.countRequests(/^PUT/)).toBe(1)
    expect(loopback.services.uploads.size).toBe(1)
  })

  it('names what it cannot take and goes on with the rest', async () => {
    const engine = loopback.openEngine()
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
    loopback.services.gate = gate
    const engine = loopback.openEngine()
    const files = ['a.mp4', 'b.mp4', 'c.mp4'].map((name) => video(5000, name).file)
    engine.add(files)
    await vi.waitFor(() => expect(loopback.services.countRequests(/^PUT/)).toBe(3), {
      timeout: 10_000,
    })
    engine.pauseAll()
    expect(engine.getItems().map((item) => item.state)).toEqual(['paused', 'paused', 'paused'])
    loopback.services.gate = null
    open()
    engine.resumeAll()
    await vi.waitFor(() =>
      expect(engine.getItems().map((item) => item.state)).toEqual(['done', 'done', 'done']),
    )
    expect(loopback.services.uploads.size).toBe(3)
  })
})

describe('an engine that was destroyed', () => {
  it('touches the page no more', () => {
    vi.useFakeTimers()
    const online = vi.spyOn(navigator, 'onLine', 'get')
    loopback.openEngine().destroy()
    vi.runAllTimers()
    vi.useRealTimers()
    expect(online).not.toHaveBeenCalled()
  })
})
