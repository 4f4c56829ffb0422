// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest'
import { MULTIPART_SIZE, openGate, reach, startLoopback, theItem, video } from './testing/harness'

const loopback = startLoopback()

function theJob() {
  const [job] = loopback.services.jobs.values()
  if (!job) throw new Error('no job was started')
  return job
}

describe('what is wanted of an upload', () => {
  it('is nothing special, unless somebody says so', async () => {
    const engine = loopback.openEngine()
    engine.add([video(5000).file])
    await reach(engine, 'done')
    expect(theJob().preset).toBe('web')
    expect(loopback.services.described.size).toBe(0)
  })

  it('may change while it is sent, and counts when its job begins', async () => {
    const { gate, open } = openGate()
    loopback.services.gate = gate
    const engine = loopback.openEngine()
    engine.add([video(5000).file], { title: '', preset: 'mobile', visibility: 'private' })
    const { id } = await reach(engine, 'uploading')
    engine.describe(id, { title: 'In the garden' })
    engine.describe(id, { visibility: 'public' })
    open()
    const done = await reach(engine, 'done')
    const { videoId, preset } = theJob()
    expect(preset).toBe('mobile')
    expect(loopback.services.described.get(videoId)).toEqual({
      title: 'In the garden',
      visibility: 'public',
    })
    engine.describe(id, { title: 'Too late' })
    expect(theItem(engine).settings).toEqual(done.settings)
  })

  it('is not forgotten by a reload', async () => {
    const { gate, open } = openGate()
    const first = loopback.openEngine()
    const { file } = video(MULTIPART_SIZE)
    loopback.services.fault = (part) => {
      if (part === 12) loopback.services.gate = gate
      return null
    }
    first.add([file])
    await vi.waitFor(() => expect(loopback.services.gate).not.toBeNull(), { timeout: 10_000 })
    first.describe(theItem(first).id, { title: 'Kept', preset: 'mobile' })
    first.destroy()
    open()
    loopback.services.gate = null
    loopback.services.fault = () => null

    const second = loopback.openEngine()
    expect(second.isResumable(file)).toBe(true)
    second.add([file])
    await reach(second, 'done')
    expect(theJob().preset).toBe('mobile')
    expect(loopback.services.described.get(theJob().videoId)).toEqual({ title: 'Kept' })
  })
})
