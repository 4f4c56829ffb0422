import type { FullPreset, FullRung } from './preset'

/** Caps that suit H.264 at CRF 23, in bits a second, by the usual sizes. */
const CAPS: [shortSide: number, capBps: number][] = [
  [240, 600_000],
  [360, 1_200_000],
  [480, 2_200_000],
  [720, 4_500_000],
  [1080, 8_500_000],
  [1440, 16_000_000],
  [2160, 32_000_000],
]

/** A form begins with what somebody who knows no better would want: three qualities for browsers. */
export function blankPreset(): FullPreset {
  return {
    name: '',
    description: '',
    video: {
      codec: 'h264',
      encoder_preset: null,
      profile: null,
      two_pass: false,
      gop_seconds: 2,
      max_fps: null,
      hdr: 'tone_map',
      rungs: [360, 720, 1080].map(rungOf),
    },
    audio: blankAudio(),
    segment_seconds: 4,
    hls: true,
    dash: true,
    mp4: true,
    subtitles: true,
    captions: null,
    thumbnail_percents: [0, 25, 50, 75, 100],
    storyboard: true,
    previews: [],
    metrics: [],
  }
}

export function blankAudio(): NonNullable<FullPreset['audio']> {
  return {
    codec: 'aac',
    bitrate_bps: 128_000,
    channels: 2,
    loudness_lufs: null,
    true_peak_dbtp: -1,
    max_tracks: 16,
    mp3: true,
    mp3_bitrate_bps: 192_000,
  }
}

/** The next larger usual size than all that are there. */
export function nextRung(rungs: FullRung[]): FullRung {
  const largest = Math.max(0, ...rungs.map((rung) => rung.short_side).filter(Number.isFinite))
  const side = CAPS.find(([shortSide]) => shortSide > largest)?.[0] ?? largest + 2
  const last = rungs.at(-1)
  // As the one below it is said to be: the same quality in more pixels.
  return { ...rungOf(side), ...(last?.crf != null && { crf: last.crf }) }
}

function rungOf(shortSide: number): FullRung {
  const cap = CAPS.find(([side]) => side >= shortSide)?.[1] ?? 32_000_000
  return {
    short_side: shortSide,
    crf: 23,
    bitrate_bps: null,
    max_bitrate_bps: cap,
    // Two seconds of buffer let a scene cut through without a dip.
    buffer_bits: 2 * cap,
    target_vmaf: null,
  }
}

/** "0, 25, 100" as numbers; what is none becomes NaN, which the API refuses at its place. */
export function parsePercents(text: string): number[] {
  const parts = text.split(/[\s,;]+/).filter(Boolean)
  return parts.map(Number)
}
