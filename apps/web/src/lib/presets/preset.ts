import type { components } from '@/generated/rest'
import { codecLabel, formatBitrate } from '@/lib/format'

type Schemas = components['schemas']

export type PresetSpec = Schemas['Preset']
export type VideoSettings = Schemas['VideoSettings']
export type AudioSettings = Schemas['AudioSettings']
export type Rung = Schemas['Rung']

export interface Preset {
  name: string
  description: string
  /** It can be copied, but not changed. */
  builtIn: boolean
  updatedAt: string
  spec: FullPreset
}

/** A preset with every field, as the services answer it. */
export interface FullPreset extends Required<Omit<PresetSpec, 'video' | 'audio' | 'captions'>> {
  video: Required<Omit<VideoSettings, 'rungs'>> & { rungs: FullRung[] }
  audio: Required<AudioSettings> | null
  captions: string | null
}

export type FullRung = Required<Rung>

/** "H.264, 360p to 1080p" or "Sound alone". */
export function pictureSummary({ video }: FullPreset): string {
  const sides = video.rungs.map((rung) => rung.short_side)
  if (sides.length === 0) return 'Sound alone'
  const [first, last] = [sides[0], sides.at(-1)]
  const range = first === last ? `${first}p` : `${first}p to ${last}p`
  return `${codecLabel(video.codec)}, ${range}`
}

/** "AAC stereo, 128 kbit/s" or "No sound". */
export function soundSummary({ audio }: FullPreset): string {
  if (!audio) return 'No sound'
  return `${codecLabel(audio.codec)} ${CHANNELS[audio.channels]}, ${formatBitrate(audio.bitrate_bps)}`
}

export const CHANNELS: Record<Required<AudioSettings>['channels'], string> = {
  1: 'mono',
  2: 'stereo',
  6: '5.1',
}

/** What is made besides the renditions themselves, in words. */
export function outputNames(spec: FullPreset): string[] {
  const stills = spec.thumbnail_percents.length
  return [
    spec.hls && 'HLS',
    spec.dash && 'DASH',
    spec.mp4 && (spec.video.rungs.length > 0 ? 'MP4' : 'M4A'),
    spec.audio?.mp3 && 'MP3',
    stills > 0 && (stills === 1 ? 'one still' : `${stills} stills`),
    spec.storyboard && 'storyboard',
    ...spec.previews.map((format) => `animated ${format === 'gif' ? 'GIF' : 'WebP'}`),
    spec.subtitles && 'subtitles',
    spec.captions && 'captions',
    ...spec.metrics.map((metric) => metric.toUpperCase()),
  ].filter((name): name is string => Boolean(name))
}

/** How good a rung is to be, in words. */
export function qualityOf(rung: FullRung): string {
  if (rung.bitrate_bps !== null) return formatBitrate(rung.bitrate_bps)
  const target = rung.target_vmaf === null ? '' : `, VMAF ${rung.target_vmaf}`
  return `CRF ${rung.crf}${target}`
}

/** A name for a copy that the API takes and that none of `taken` has: web-copy, web-copy-2, … */
export function copyName(name: string, taken: string[]): string {
  for (let number = 1; ; number++) {
    const ending = number === 1 ? '-copy' : `-copy-${number}`
    const candidate = name.slice(0, NAME_LENGTH - ending.length) + ending
    if (!taken.includes(candidate)) return candidate
  }
}

export const NAME_LENGTH = 63
