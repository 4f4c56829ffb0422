/** Figures as people read them. Sizes and speeds are decimal (1 MB = 1,000,000 bytes), as disks are sold. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  // 999.5 and up would round to "1000".
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1
  return `${trimZero(value.toFixed(digits))} ${UNITS[unit]}`
}

export function formatSpeed(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`
}

export function formatBitrate(bitsPerSecond: number): string {
  if (bitsPerSecond >= 1_000_000)
    return `${trimZero((bitsPerSecond / 1_000_000).toFixed(1))} Mbit/s`
  return `${Math.round(bitsPerSecond / 1000)} kbit/s`
}

/** A time span for reading along: "8 s", "3 min 5 s", "2 h 4 min". */
export function formatDuration(seconds: number): string {
  const total = Math.max(0, Math.round(seconds))
  const hours = Math.floor(total / 3600)
  const minutes = Math.floor((total % 3600) / 60)
  const rest = total % 60
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`
  if (minutes > 0) return rest > 0 ? `${minutes} min ${rest} s` : `${minutes} min`
  return `${rest} s`
}

/** A position or length as players show it: "0:08", "1:02:03". */
export function formatTimecode(seconds: number): string {
  const total = Math.max(0, Math.floor(seconds))
  const parts = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60]
  const shown = parts[0] === 0 ? parts.slice(1) : parts
  return shown
    .map((part, index) => (index === 0 ? `${part}` : `${part}`.padStart(2, '0')))
    .join(':')
}

export function formatPercent(percent: number): string {
  return `${Math.floor(Math.min(100, Math.max(0, percent)))} %`
}

// Making one takes longer than using it a hundred times, and a list has a hundred.
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const EXACT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'long' })
const DAY = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })

/** "just now", "5 minutes ago"; the moments are milliseconds since 1970. */
export function formatRelative(moment: number, now: number): string {
  const seconds = Math.round((now - moment) / 1000)
  if (Math.abs(seconds) < 10) return 'just now'
  const steps: [Intl.RelativeTimeFormatUnit, number, number][] = [
    ['second', 1, 60],
    ['minute', 60, 3600],
    ['hour', 3600, 86_400],
    ['day', 86_400, 30 * 86_400],
    ['month', 30 * 86_400, 365 * 86_400],
  ]
  for (const [unit, size, end] of steps) {
    if (Math.abs(seconds) < end) return RELATIVE.format(-Math.trunc(seconds / size), unit)
  }
  return RELATIVE.format(-Math.trunc(seconds / (365 * 86_400)), 'year')
}

/** The exact moment in the reader's time zone, for a tooltip. */
export function formatExact(moment: number): string {
  return EXACT.format(moment)
}

/** The day of a moment in the reader's time zone: "Nov 22, 2026". */
export function formatDate(moment: number): string {
  return DAY.format(moment)
}

/** Frames a second, without the noise of 29.97002997. */
export function formatFrameRate(fps: number): string {
  return `${trimZero(fps.toFixed(2))} fps`
}

/** Codecs by the names that people know. */
export function codecLabel(codec: string): string {
  const names: Record<string, string> = {
    h264: 'H.264',
    hevc: 'HEVC',
    av1: 'AV1',
    vp9: 'VP9',
    aac: 'AAC',
    opus: 'Opus',
    mp3: 'MP3',
  }
  return names[codec.toLowerCase()] ?? codec
}

function trimZero(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** "1 job", "2 jobs". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}
