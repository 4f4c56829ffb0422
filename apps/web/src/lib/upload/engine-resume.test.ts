// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest'
import { MULTIPART_SIZE, openGate, reach, startLoopback, theItem, video } from './testing/harness'

const loopback = startLoopback()

const ALL_PARTS = Array.from({ length: 21 }, (_, index) => index + 1)

describe('pause and resume', () => {
  it('sends nothing while paused, and only the missing parts afterwards', async () => {
    const { gate, open } = openGate()
    const engine = loopback.openEngine()
    const { file, digest } = video(MULTIPART_SIZE)
    loopback.services.fault = (part) => {
      if (part === 8) loopback.services.gate = gate
      return null
    }
    engine.add([file])
    await vi.waitFor(() => expect(loopback.services.gate).not.toBeNull(), { timeout: 10_000 })
    engine.pause(theItem(engine).id)
    expect((await reach(engine, 'paused')).percent).toBeLessThan(100)
    // Every transfer was hung up: a part that ignored the pause would still be here.
    await vi.waitFor(() => expect(loopback.services.running).toBe(0), { timeout: 10_000 })
    open()
    loopback.services.gate = null
    loopback.services.fault = () => null
    const stored = loopback.services.only().parts.size
    engine.resume(theItem(engine).id)
    await reach(engine, 'done')
    expect(loopback.services.digest(loopback.services.only().id)).toBe(digest)
    expect(stored).toBeGreaterThan(0)
    // Of requests that were hung up some arrive late; what counts is that nothing is kept twice.
    expect(loopback.services.kept.toSorted((a, b) => a - b)).toEqual(ALL_PARTS)
  })

  it('continues after a reload when the same file is picked again', async () => {
    const { gate, open } = openGate()
    const first = loopback.openEngine()
    const { file, digest } = video(MULTIPART_SIZE)
    loopback.services.fault = (part) => {
      if (part === 12) loopback.services.gate = gate
      return null
    }
    first.add([file])
    await vi.waitFor(() => expect(loopback.services.gate).not.toBeNull(), { timeout: 10_000 })
    await vi.waitFor(() => expect(loopback.services.only().parts.size).toBeGreaterThanOrEqual(6), {
      timeout: 10_000,
    })
    first.destroy()
    await vi.waitFor(() => expect(loopback.services.running).toBe(0), { timeout: 10_000 })
    open()
    loopback.services.gate = null
    loopback.services.fault = () => null

    const second = loopback.openEngine()
    const [offered] = second.listResumable()
    expect(offered).toMatchObject({ name: 'clip.mp4', size: MULTIPART_SIZE })
    expect(offered?.bytesUploaded).toBeGreaterThan(0)
    second.add([file])
    const done = await reach(second, 'done')
    expect(loopback.services.uploads.size).toBe(1)
    expect(loopback.services.digest(loopback.services.only().id)).toBe(digest)
    // Of requests that were hung up some arrive late; what counts is that nothing is kept twice.
    expect(loopback.services.kept.toSorted((a, b) => a - b)).toEqual(ALL_PARTS)
    expect(done.resumedPercent).toBeGreaterThan(0)
    expect(second.listResumable()).toEqual([])
  })

  it('offers an unfinished upload to nobody else', async () => {
    loopback.services.fault = () => 'no-such-upload'
    const engine = loopback.openEngine()
    engine.add([video(MULTIPART_SIZE).file])
    await reach(engine, 'failed')
    expect(loopback.openEngine().listResumable()).toHaveLength(1)
    expect(loopback.openEngine({ userId: 'u2' }).listResumable()).toEqual([])
  })

  it('begins anew when the server has discarded the upload', async () => {
    loopback.services.fault = () => 'no-such-upload'
    const first = loopback.openEngine()
    const { file, digest } = video(MULTIPART_SIZE)
    first.add([file])
    await reach(first, 'failed')
    first.destroy()
    loopback.services.uploads.clear()
    loopback.services.fault = () => null
    const second = loopback.openEngine()
    second.add([file])
    await reach(second, 'done')
    expect(loopback.services.digest(loopback.services.only().id)).toBe(digest)
  })
})
