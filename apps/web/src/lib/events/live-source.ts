/** After this long without a stream the next attempt starts; doubles up to the maximum. */
const RECONNECT_MS = 1_000
const RECONNECT_MAX_MS = 15_000

/** The server sends something every 15 seconds; a silence this long is a dead connection. */
const SILENCE_MS = 40_000
const LOOK_MS = 10_000

/** What the stream of all jobs sends: see GET /api/v1/jobs/events. */
export const LIVE_NAMES = ['reset', 'job', 'deleted', 'progress', 'ping'] as const
export type LiveName = (typeof LIVE_NAMES)[number]

export interface LiveSourceHandlers {
  onEvent: (name: LiveName, data: string) => void
  /** The server answered, but not with a stream; it is asked again by and by. */
  onRefused: () => void
}

/** One connection that is kept up, whatever happens to it, until it is closed. */
export class LiveSource {
  private url = ''
  private current: EventSource | null = null
  /** What takes the place of the current one as soon as it is told of something. */
  private next: EventSource | null = null
  private heard = Date.now()
  private delay = RECONNECT_MS
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly watch: ReturnType<typeof setInterval>

  constructor(private readonly handlers: LiveSourceHandlers) {
    this.watch = setInterval(() => this.mendAfter(SILENCE_MS), LOOK_MS)
  }

  /** Listens to this address from now on. What the one before tells until then is told too, so
   * that nothing is missed in between, and nobody has to read anything again. */
  follow(url: string): void {
    this.url = url
    this.open()
  }

  /** Connects anew where nothing was heard for so long: after a sleep connections are dead
   * without a word. */
  mendAfter(milliseconds: number): void {
    if (Date.now() - this.heard < milliseconds) return
    this.current?.close()
    this.current = null
    this.open()
  }

  close(): void {
    clearInterval(this.watch)
    clearTimeout(this.timer)
    this.current?.close()
    this.next?.close()
  }

  private open(): void {
    clearTimeout(this.timer)
    this.next?.close()
    this.heard = Date.now()
    const source = new EventSource(this.url, { withCredentials: true })
    this.next = source
    for (const name of LIVE_NAMES) {
      source.addEventListener(name, ({ data }) => {
        this.heard = Date.now()
        this.delay = RECONNECT_MS
        const unbroken = this.next === source && this.takeOver(source)
        if (!(unbroken && name === 'reset')) this.handlers.onEvent(name, data)
      })
    }
    source.onerror = () => {
      // A lost connection the browser mends itself; an answer such as 503 it takes for final.
      if (source.readyState !== EventSource.CLOSED) return
      if (this.next === source) this.next = null
      if (this.current === source) this.current = null
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.open(), this.delay)
      this.delay = Math.min(this.delay * 2, RECONNECT_MAX_MS)
      this.handlers.onRefused()
    }
  }

  /** Whether the one before was listening until now. */
  private takeOver(source: EventSource): boolean {
    const unbroken = this.current?.readyState === EventSource.OPEN
    this.current?.close()
    this.current = source
    this.next = null
    return unbroken
  }
}
