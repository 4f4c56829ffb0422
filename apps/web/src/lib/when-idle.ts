/** Milliseconds after which it is begun anyway, and that a browser without idle time waits. */
const LATEST_MS = 1_000
const WITHOUT_MS = 200

/** Leaves the first moments to the page itself. Gives what calls it off. */
export function whenIdle(run: () => void): () => void {
  // Safari has no idle callbacks.
  if (!('requestIdleCallback' in window)) {
    const timer = setTimeout(run, WITHOUT_MS)
    return () => clearTimeout(timer)
  }
  const handle = requestIdleCallback(run, { timeout: LATEST_MS })
  return () => cancelIdleCallback(handle)
}
