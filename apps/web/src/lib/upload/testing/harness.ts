import { createHash, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, vi } from 'vitest'
import { createRestClient } from '@/lib/rest/client'
import { createUploadApi } from '@/lib/rest/uploads'
import { UploadEngine } from '../engine'
import type { UploadItem, UploadState } from '../upload-item'
import { LoopbackServices } from './loopback-services'

const LIMITS = { maxBytes: 10_000_000, minSeconds: 1, maxSeconds: 86_400, minShortSide: 360 }

/** Bytes of a file of 21 parts, the last one short. */
export const MULTIPART_SIZE = 20 * 64 * 1024 + 777

/** Gives each test of the file services of its own, an empty memory, and engines that end with it. */
export function startLoopback() {
  const engines: UploadEngine[] = []
  const context = { services: new LoopbackServices(), openEngine }

  beforeEach(async () => {
    localStorage.clear()
    context.services = new LoopbackServices()
    await context.services.start()
  })
  afterEach(async () => {
    for (const engine of engines.splice(0)) engine.destroy()
    await context.services.stop()
  })

  function openEngine(options: { stallTimeout?: number; retries?: number; userId?: string } = {}) {
    const engine = new UploadEngine({
      api: createUploadApi(createRestClient(context.services.origin)),
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
  return context
}

/** A file of random bytes, and their SHA-256. */
export function video(size: number, name = 'clip.mp4') {
  const bytes = randomBytes(size)
  const file = new File([bytes], name, { type: 'video/mp4', lastModified: 1_700_000_000_000 })
  return { file, digest: createHash('sha256').update(bytes).digest('hex') }
}

/** The first item of the list. */
export function theItem(engine: UploadEngine): UploadItem {
  const [item] = engine.getItems()
  if (!item) throw new Error('the list is empty')
  return item
}

/** Waits until the first item is in the state. */
export async function reach(engine: UploadEngine, state: UploadState): Promise<UploadItem> {
  await vi.waitFor(() => expect(theItem(engine)).toMatchObject({ state }), { timeout: 15_000 })
  return theItem(engine)
}

/** A promise and the function that fulfils it. */
export function openGate() {
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  return { gate, open }
}
