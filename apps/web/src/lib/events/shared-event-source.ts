/** After this long without a stream the next attempt starts; doubles up to the maximum. */
const RECONNECT_MS = 1_000
const RECONNECT_MAX_MS = 15_000

export interface StreamHandlers {
  /** A message of the named event; `data` as the server sent it. */
  onMessage: (data: string) => void
  /** The server said that nothing more will come. */
  onEnd: () => void
}

/**
 * Follows a stream of server-sent events with one connection for all tabs of this browser: over
 * HTTP/1.1 a browser opens six connections to a host, and tabs that each held one would soon stop
 * every request. The tab that gets the lock connects and passes on what it hears.
 *
 * Returns the function that ends it.
 */
export function followStream(url: string, event: string, handlers: StreamHandlers): () => void {
  const stopped = new AbortController()
  const name = `vidmill:${url}`
  const tabs = new BroadcastChannel(name)

  const deliver = (message: { end: boolean; data: string }) => {
    if (message.end) handlers.onEnd()
    else handlers.onMessage(message.data)
  }
  tabs.onmessage = ({ data }) => deliver(data)
  const share = (message: { end: boolean; data: string }) => {
    if (stopped.signal.aborted) return
    tabs.postMessage(message)
    deliver(message)
  }
  const connect = () => streamUntilEnd(url, event, share, stopped.signal)

  if (navigator.locks) {
    // Rejects when it is stopped while it waits for another tab to let go.
    navigator.locks.request(name, { signal: stopped.signal }, connect).catch(() => {})
  } else {
    // Locks need a secure origin; without them each tab has a connection of its own.
    void connect()
  }
  return () => {
    stopped.abort()
    tabs.close()
  }
}

/** Resolves at the end of the stream or when `signal` fires, and connects again until then. */
function streamUntilEnd(
  url: string,
  event: string,
  share: (message: { end: boolean; data: string }) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    let delay = RECONNECT_MS
    let timer: ReturnType<typeof setTimeout> | undefined
    let source: EventSource

    const finish = () => {
      clearTimeout(timer)
      source.close()
      resolve()
    }
    const open = () => {
      source = new EventSource(url, { withCredentials: true })
      source.addEventListener(event, (message) => {
        delay = RECONNECT_MS
        share({ end: false, data: message.data })
      })
      source.addEventListener('end', () => {
        share({ end: true, data: '' })
        finish()
      })
      source.onerror = () => {
        // A lost connection the browser mends itself; an answer such as 503 it takes for final.
        if (source.readyState !== EventSource.CLOSED) return
        clearTimeout(timer)
        timer = setTimeout(open, delay)
        delay = Math.min(delay * 2, RECONNECT_MAX_MS)
      }
    }
    open()
    signal.addEventListener('abort', finish, { once: true })
  })
}
