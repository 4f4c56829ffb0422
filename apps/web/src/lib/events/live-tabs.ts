import { type LiveName, LiveSource } from './live-source'

/** The tab that has this lock connects, and passes on what it hears. */
const LOCK = 'vidmill:live'

/** Jobs that one stream tells all of. */
const MOST_WHOLE = 20

/** Pages come and go together, and the next one usually listens too. */
const SETTLE_MS = 200
const LINGER_MS = 2_000

/** How long the leading tab may take to answer; one that the browser has put to sleep never does. */
const ANSWER_MS = 3_000
const LOOK_MS = 30_000
/** Whoever was away for this long may have missed something. */
const AWAY_MS = 10_000

export interface LiveMessage {
  name: LiveName
  /** As the server sent it. */
  data: string
}

type Word =
  | { kind: 'heard'; message: LiveMessage }
  /** The jobs that a tab shows in full; null: it listens no more. */
  | { kind: 'wants'; tab: string; jobIds: string[] | null; isNew?: boolean }
  /** Heard from here on; what that tab has read before may be older. */
  | { kind: 'welcome'; tab: string }
  /** A tab that begins to lead asks what the others want. */
  | { kind: 'who-wants' }
  | { kind: 'who-leads' }
  | { kind: 'i-lead' }

const RESET: LiveMessage = { name: 'reset', data: '{}' }

interface Listener<Event> {
  onEvent: (event: Event) => void
  jobId: string | null
}

/**
 * What this tab hears of the one stream that all tabs of a browser share: over HTTP/1.1 a browser
 * opens six connections to a host, and tabs that each held one would soon stop every request.
 * While nobody listens there is none.
 */
export class LiveTabs<Event> {
  private readonly tab = `${Math.random()}`
  private readonly listeners = new Set<Listener<Event>>()
  private listening: AbortController | null = null
  private channel: BroadcastChannel | null = null
  /** Of this tab, while it leads. */
  private source: LiveSource | null = null
  private url = ''
  /** By tab, in the order in which they told. */
  private readonly wants = new Map<string, string[]>()
  private leaderHeard = 0
  private hiddenSince: number | null = null
  private settle: ReturnType<typeof setTimeout> | undefined
  private linger: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly address: string,
    /** Null for what nobody needs to hear. */
    private readonly read: (message: LiveMessage) => Event | null,
  ) {}

  /** Hears everything until the function that this gives is called, and of one job in full. */
  listen(onEvent: (event: Event) => void, jobId: string | null): () => void {
    const listener = { onEvent, jobId }
    this.listeners.add(listener)
    clearTimeout(this.linger)
    if (this.listening) this.tell()
    else this.begin()
    return () => {
      this.listeners.delete(listener)
      if (this.listeners.size > 0) this.tell()
      else this.linger = setTimeout(() => this.end(), LINGER_MS)
    }
  }

  private begin(): void {
    const listening = new AbortController()
    const { signal } = listening
    this.listening = listening
    this.channel = new BroadcastChannel(LOCK)
    this.channel.onmessage = ({ data }: MessageEvent<Word>) => this.onWord(data)
    document.addEventListener('visibilitychange', this.onVisibility, { signal })
    window.addEventListener('pagehide', () => this.say(this.wish(null)), { signal })
    window.addEventListener('pageshow', this.onShow, { signal })
    const looking = setInterval(() => this.lookForLeader(), LOOK_MS)
    signal.addEventListener('abort', () => clearInterval(looking))
    if (navigator.locks) void this.queueUp(signal)
    // Locks need a secure origin; without them each tab has a connection of its own.
    else void this.lead(signal)
    this.say({ ...this.wish(this.jobIds()), isNew: true })
  }

  private end(): void {
    this.say(this.wish(null))
    this.listening?.abort()
    this.listening = null
    this.channel?.close()
    this.channel = null
  }

  /** Leads whenever it is this tab's turn, until nobody listens here any more. */
  private async queueUp(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await navigator.locks
        .request(LOCK, { signal }, () => this.lead(signal))
        // Aborted while it waited, or another tab took over.
        .catch(() => this.resign())
    }
  }

  private lead(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    this.resign()
    this.wants.clear()
    this.source = new LiveSource({
      onEvent: (name, data) => this.share({ name, data }),
      onRefused: () => {
        // A job that is wanted may be gone, or the tab that wanted it.
        this.wants.clear()
        this.say({ kind: 'who-wants' })
        this.share(RESET)
      },
    })
    this.say({ kind: 'who-wants' })
    this.connectSoon()
    return new Promise((resolve) => {
      const stop = () => {
        this.resign()
        resolve()
      }
      signal.addEventListener('abort', stop, { once: true })
    })
  }

  private resign(): void {
    clearTimeout(this.settle)
    this.source?.close()
    this.source = null
    this.url = ''
  }

  private connectSoon(): void {
    clearTimeout(this.settle)
    this.settle = setTimeout(() => {
      const url = this.wantedUrl()
      if (!this.source || url === this.url) return
      this.url = url
      this.source.follow(url)
    }, SETTLE_MS)
  }

  private wantedUrl(): string {
    const wanted = new Set([...this.wants.values(), this.jobIds()].flat())
    const query = [...wanted].slice(-MOST_WHOLE).map((id) => `job_id=${id}`)
    return query.length > 0 ? `${this.address}?${query.join('&')}` : this.address
  }

  private jobIds(): string[] {
    const ids = [...this.listeners].flatMap(({ jobId }) => jobId ?? [])
    return [...new Set(ids)].sort()
  }

  private wish(jobIds: string[] | null) {
    return { kind: 'wants', tab: this.tab, jobIds } as const
  }

  /** Whoever leads learns what is wanted here. */
  private tell(): void {
    if (this.source) this.connectSoon()
    else this.say(this.wish(this.jobIds()))
  }

  private say(word: Word): void {
    this.channel?.postMessage(word)
  }

  private share(message: LiveMessage): void {
    this.say({ kind: 'heard', message })
    this.deliver(message)
  }

  private deliver(message: LiveMessage): void {
    const event = this.read(message)
    if (event === null) return
    for (const { onEvent } of [...this.listeners]) onEvent(event)
  }

  private onWord(word: Word): void {
    if (word.kind === 'who-wants') this.say(this.wish(this.jobIds()))
    if (word.kind === 'heard' || word.kind === 'i-lead') this.leaderHeard = Date.now()
    if (word.kind === 'heard' && !this.source) this.deliver(word.message)
    if (word.kind === 'welcome' && word.tab === this.tab) this.deliver(RESET)
    if (!this.source) return
    if (word.kind === 'who-leads') this.say({ kind: 'i-lead' })
    if (word.kind === 'wants') {
      this.wants.delete(word.tab)
      if (word.jobIds) this.wants.set(word.tab, word.jobIds)
      if (word.isNew) this.say({ kind: 'welcome', tab: word.tab })
      this.connectSoon()
    }
  }

  private readonly onVisibility = (): void => {
    if (document.visibilityState === 'hidden') {
      this.hiddenSince = Date.now()
      return
    }
    const away = this.hiddenSince === null ? 0 : Date.now() - this.hiddenSince
    this.hiddenSince = null
    if (away < AWAY_MS) return
    this.deliver(RESET)
    this.source?.mendAfter(2 * AWAY_MS)
    this.lookForLeader()
  }

  private readonly onShow = ({ persisted }: PageTransitionEvent): void => {
    if (!persisted) return
    this.tell()
    this.deliver(RESET)
  }

  /** Takes over from a leading tab that is there, but asleep: its lock is never given back. */
  private lookForLeader(): void {
    const { listening } = this
    const idle = this.source || document.visibilityState === 'hidden' || !navigator.locks
    if (!listening || idle) return
    const asked = Date.now()
    this.say({ kind: 'who-leads' })
    setTimeout(() => {
      if (this.leaderHeard >= asked || this.source || listening.signal.aborted) return
      navigator.locks
        .request(LOCK, { steal: true }, () => this.lead(listening.signal))
        .catch(() => this.resign())
    }, ANSWER_MS)
  }
}
