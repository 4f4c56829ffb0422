import type { VideoSettings } from './preset'

export type VideoCodec = Required<VideoSettings>['codec']

interface CodecChoices {
  crf: [min: number, max: number]
  wholeCrf: boolean
  /** From the fastest to the one that compresses best. */
  encoderPresets: string[]
  defaultPreset: string
  minShortSide: number
  takesTarget: boolean
  keepsHdr: boolean
}

const X26X = ['ultrafast', 'superfast', 'veryfast', 'faster', 'fast', 'medium', 'slow', 'slower']

const upTo = (fastest: number, best: number) =>
  Array.from({ length: fastest - best + 1 }, (_, index) => String(fastest - index))

/**
 * What the API takes for each codec, so that the form can offer it. The API checks it all the same;
 * e2e/presets.spec.ts holds these against it.
 */
export const CODECS: Record<VideoCodec, CodecChoices> = {
  h264: {
    crf: [1, 51],
    wholeCrf: false,
    encoderPresets: [...X26X, 'veryslow'],
    defaultPreset: 'veryfast',
    minShortSide: 2,
    takesTarget: true,
    keepsHdr: false,
  },
  hevc: {
    crf: [0, 51],
    wholeCrf: false,
    encoderPresets: [...X26X, 'veryslow'],
    defaultPreset: 'medium',
    minShortSide: 16,
    takesTarget: true,
    keepsHdr: true,
  },
  av1: {
    crf: [1, 63],
    wholeCrf: true,
    encoderPresets: upTo(9, 2),
    defaultPreset: '8',
    minShortSide: 128,
    takesTarget: false,
    keepsHdr: true,
  },
  vp9: {
    crf: [0, 63],
    wholeCrf: true,
    encoderPresets: upTo(5, 0),
    defaultPreset: '4',
    minShortSide: 2,
    takesTarget: false,
    keepsHdr: true,
  },
}

/** Takes what the other codec does not have out of the settings: a form that changes codecs stays valid. */
export function withCodec<T extends Required<VideoSettings>>(video: T, codec: VideoCodec): T {
  const choices = CODECS[codec]
  const [min, max] = choices.crf
  return {
    ...video,
    codec,
    encoder_preset: null,
    profile: codec === 'h264' ? video.profile : null,
    hdr: choices.keepsHdr ? video.hdr : 'tone_map',
    rungs: video.rungs.map((rung) => ({
      ...rung,
      crf: rung.crf == null ? null : Math.min(max, Math.max(min, Math.round(rung.crf))),
      target_vmaf: choices.takesTarget ? rung.target_vmaf : null,
    })),
  }
}
