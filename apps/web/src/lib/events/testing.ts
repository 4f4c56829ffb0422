/** A stream as the browser has it, moved by hand. */
export class FakeEventSource extends EventTarget {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static readonly CLOSED = 2
  static made: FakeEventSource[] = []

  readyState = FakeEventSource.CONNECTING
  onerror: (() => void) | null = null

  constructor(readonly url: string) {
    super()
    FakeEventSource.made.push(this)
  }

  /** Those that were not closed. */
  static get open(): FakeEventSource[] {
    return FakeEventSource.made.filter(({ readyState }) => readyState !== FakeEventSource.CLOSED)
  }

  send(name: string, data: object = {}): void {
    if (this.readyState === FakeEventSource.CLOSED) return
    this.readyState = FakeEventSource.OPEN
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }))
  }

  /** The server answers with something else than a stream. */
  refuse(): void {
    this.readyState = FakeEventSource.CLOSED
    this.onerror?.()
  }

  close(): void {
    this.readyState = FakeEventSource.CLOSED
  }
}

interface Claim {
  run: () => Promise<void>
  settle: (error?: Error) => void
}

/** One lock, as the browser has it for all tabs of a site. */
export class FakeLocks {
  private held: Claim | null = null
  private readonly queue: Claim[] = []

  request(
    _name: string,
    options: { signal?: AbortSignal; steal?: boolean },
    run: () => Promise<void>,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error?: Error) => (error ? reject(error) : resolve())
      const claim = { run, settle }
      options.signal?.addEventListener('abort', () => {
        const place = this.queue.indexOf(claim)
        if (place < 0) return
        this.queue.splice(place, 1)
        reject(new Error('aborted'))
      })
      if (options.steal) {
        this.held?.settle(new Error('stolen'))
        this.held = null
        this.queue.unshift(claim)
      } else {
        this.queue.push(claim)
      }
      this.grant()
    })
  }

  private grant(): void {
    if (this.held) return
    const claim = this.queue.shift() ?? null
    this.held = claim
    void claim?.run().then(() => {
      if (this.held !== claim) return
      claim.settle()
      this.held = null
      this.grant()
    })
  }
}

/** What tabs tell each other, at once and in order. */
export class FakeChannel {
  static all = new Set<FakeChannel>()
  onmessage: ((event: { data: unknown }) => void) | null = null

  constructor() {
    FakeChannel.all.add(this)
  }

  postMessage(data: unknown): void {
    for (const other of [...FakeChannel.all]) if (other !== this) other.onmessage?.({ data })
  }

  close(): void {
    FakeChannel.all.delete(this)
  }
}
