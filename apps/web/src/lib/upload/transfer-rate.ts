/** Speed is averaged over this long: short enough to follow the line, long enough to be readable. */
const WINDOW_MS = 8_000

/** Turns a growing count of bytes into a speed and a time left. */
export class TransferRate {
  readonly #samples: { at: number; bytes: number }[] = []

  /** Forgets the past: after a pause, or when a failed part is taken back. */
  reset(): void {
    this.#samples.length = 0
  }

  /** `at` is in milliseconds. */
  add(bytes: number, at: number): void {
    const last = this.#samples.at(-1)
    if (last && bytes < last.bytes) this.reset()
    this.#samples.push({ at, bytes })
    while (this.#samples.length > 2 && (this.#samples[0]?.at ?? at) < at - WINDOW_MS)
      this.#samples.shift()
  }

  /** Null until a second has passed. */
  get bytesPerSecond(): number | null {
    const first = this.#samples[0]
    const last = this.#samples.at(-1)
    if (!first || !last || last.at - first.at < 1000) return null
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at)
  }

  /** Null while the speed is unknown or zero. */
  secondsLeft(total: number): number | null {
    const speed = this.bytesPerSecond
    const last = this.#samples.at(-1)
    return speed && last ? Math.max(0, (total - last.bytes) / speed) : null
  }
}
