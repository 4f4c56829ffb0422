import type { UploadApi } from './api'

/** One signing call serves this many parts: two rounds of the six that run at once, and some. */
const BATCH = 16

/** An address is not used in the last seconds of its life: the PUT must reach storage before then. */
const MARGIN_MS = 30_000

/** Presigned addresses of an upload's parts, signed in batches when they are first needed. */
export class PartAddresses {
  readonly #known = new Map<number, { url: string; expires: number }>()
  readonly #signing = new Map<number, Promise<void>>()

  constructor(
    private readonly api: UploadApi,
    private readonly uploadId: string,
    /** The parts that are still to send, in that order. */
    private readonly numbers: number[],
  ) {}

  /** @throws what `signParts` throws, and an Error when the server leaves the part out. */
  async of(number: number, signal: AbortSignal): Promise<string> {
    if (!this.#usable(number)) {
      const signing = this.#signing.get(number) ?? this.#signFrom(number, signal)
      await signing
    }
    const address = this.#known.get(number)
    if (!address) throw new Error(`The server signed no address for part ${number}.`)
    return address.url
  }

  /**
   * Drops an address that failed. A store that refuses an expired one often does so without CORS
   * headers, which a script cannot tell from a network error: any failure may mean a stale address.
   */
  forget(number: number): void {
    this.#known.delete(number)
  }

  #usable(number: number): boolean {
    const address = this.#known.get(number)
    return address !== undefined && address.expires - MARGIN_MS > Date.now()
  }

  #signFrom(number: number, signal: AbortSignal): Promise<void> {
    const start = this.numbers.indexOf(number)
    const wanted = this.numbers
      .slice(start, start + BATCH)
      .filter((each) => !this.#usable(each) && !this.#signing.has(each))
    const signing = this.#sign(wanted, signal).finally(() => {
      for (const each of wanted) this.#signing.delete(each)
    })
    for (const each of wanted) this.#signing.set(each, signing)
    return signing
  }

  async #sign(numbers: number[], signal: AbortSignal): Promise<void> {
    const { urls, expires_at } = await this.api.signParts(this.uploadId, numbers, signal)
    // A clock that is wrong here must not make every address look stale: then trust the server.
    const stated = Date.parse(expires_at)
    const expires = stated > Date.now() + MARGIN_MS ? stated : Number.POSITIVE_INFINITY
    for (const { number, url } of urls) this.#known.set(number, { url, expires })
  }
}
