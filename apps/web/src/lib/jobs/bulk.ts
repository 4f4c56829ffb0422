import { limitedFor } from '@/lib/upload/errors'

export interface BulkFailure {
  id: string
  error: unknown
}

export interface BulkOptions {
  /** Calls at once. */
  concurrency?: number
  /** Told after each call, with how many are through. */
  onProgress?: (done: number) => void
  /** Waits; tests need not. */
  pause?: (milliseconds: number) => Promise<void>
}

/**
 * Makes the same call for many jobs, a few at a time, and goes on past those that fail. Where the
 * server says that it is too much, it waits as long as it is asked to, and tries again.
 */
export async function callForEach(
  ids: string[],
  call: (id: string) => Promise<void>,
  { concurrency = 4, onProgress, pause = sleep }: BulkOptions = {},
): Promise<BulkFailure[]> {
  const waiting = [...ids]
  const failures: BulkFailure[] = []
  let done = 0
  const worker = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        await patiently(call, id, pause)
      } catch (error) {
        failures.push({ id, error })
      }
      done++
      onProgress?.(done)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return failures
}

async function patiently(
  call: (id: string) => Promise<void>,
  id: string,
  pause: (milliseconds: number) => Promise<void>,
): Promise<void> {
  for (;;) {
    try {
      return await call(id)
    } catch (error) {
      const wait = limitedFor(error)
      if (wait === null) throw error
      await pause(Math.max(wait, 100))
    }
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
