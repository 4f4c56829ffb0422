import { abortError, isAbort, limitedFor, statusOf } from './errors'

/** Milliseconds that refusals for too many requests may hold a call up in all. */
const LIMIT_PATIENCE = 120_000

export interface RetryPolicy {
  /** How often a call is repeated after it failed. */
  retries: number
  /** Milliseconds before the first repetition; doubles each time. */
  baseDelay: number
  /** Milliseconds that a delay never exceeds. */
  maxDelay: number
  /** Told when the browser goes offline while work is waiting, and when it is back. */
  onNetworkWait?: (waiting: boolean) => void
}

/**
 * Repeats `call` while its failure may pass: no answer, 403 (an address that ran out), 408, 429, 5xx.
 * While the browser says it is offline, it waits without using up repetitions; so it does for as long
 * as a server says that asks for patience (429 with Retry-After).
 *
 * @throws the last failure, or an AbortError as soon as `signal` fires.
 */
export async function withRetry<T>(
  call: () => Promise<T>,
  policy: RetryPolicy,
  signal: AbortSignal,
): Promise<T> {
  let patience = LIMIT_PATIENCE
  for (let attempt = 0; ; attempt++) {
    await waitUntilOnline(policy, signal)
    try {
      return await call()
    } catch (error) {
      if (signal.aborted || isAbort(error)) throw abortError()
      const limited = limitedFor(error)
      if (limited !== null && limited <= patience) {
        patience -= Math.max(limited, 1000)
        attempt--
        await pause(limited * (1 + Math.random() / 4), signal)
        continue
      }
      if (limited !== null || attempt >= policy.retries || !mayPass(statusOf(error))) throw error
      // Jitter keeps the parts of one file from coming back all at once.
      const delay = Math.min(policy.maxDelay, policy.baseDelay * 2 ** attempt)
      await pause(delay * (0.5 + Math.random() / 2), signal)
    }
  }
}

function mayPass(status: number): boolean {
  return status < 400 || status >= 500 || [403, 408, 429].includes(status)
}

/** Resolves after `milliseconds`, rejects with an AbortError when `signal` fires first. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortError())
    const stop = () => {
      clearTimeout(timer)
      reject(abortError())
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    signal.addEventListener('abort', stop, { once: true })
  })
}

async function waitUntilOnline(policy: RetryPolicy, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw abortError()
  if (navigator.onLine !== false) return
  policy.onNetworkWait?.(true)
  try {
    await new Promise<void>((resolve, reject) => {
      window.addEventListener('online', () => resolve(), { once: true, signal })
      signal.addEventListener('abort', () => reject(abortError()), { once: true })
    })
  } finally {
    policy.onNetworkWait?.(false)
  }
}
