import { expect, it } from 'vitest'
import { ApiError } from '@/lib/rest/problem'
import { withCodec } from './codecs'
import { blankPreset, nextRung, parsePercents } from './draft'
import { errorsBelow, fieldErrorsOf } from './field-errors'
import { copyName, NAME_LENGTH, outputNames, pictureSummary, soundSummary } from './preset'

it('says in words what a preset makes', () => {
  const preset = blankPreset()
  expect(pictureSummary(preset)).toBe('H.264, 360p to 1080p')
  expect(soundSummary(preset)).toBe('AAC stereo, 128 kbit/s')
  expect(outputNames(preset)).toEqual([
    'HLS',
    'DASH',
    'MP4',
    'MP3',
    '5 stills',
    'storyboard',
    'subtitles',
  ])
})

it('says that there is no picture, or no sound', () => {
  const preset = blankPreset()
  const sound = { ...preset, video: { ...preset.video, rungs: [] } }
  expect(pictureSummary(sound)).toBe('Sound alone')
  expect(outputNames(sound)).toContain('M4A')
  expect(soundSummary({ ...preset, audio: null })).toBe('No sound')
})

it('names a copy as nothing is named yet, within the length that is allowed', () => {
  expect(copyName('web', ['web'])).toBe('web-copy')
  expect(copyName('web', ['web', 'web-copy', 'web-copy-2'])).toBe('web-copy-3')
  expect(copyName('x'.repeat(NAME_LENGTH), [])).toHaveLength(NAME_LENGTH)
})

it('takes out of the settings what another codec does not have', () => {
  const { video } = blankPreset()
  const [rung] = video.rungs
  if (!rung) throw new Error('a blank preset has qualities')
  const h264 = {
    ...video,
    profile: 'main' as const,
    encoder_preset: 'slow',
    rungs: [{ ...rung, crf: 23.5, target_vmaf: 93 }],
  }
  expect(withCodec(h264, 'av1')).toMatchObject({
    codec: 'av1',
    profile: null,
    encoder_preset: null,
    rungs: [{ crf: 24, target_vmaf: null }],
  })
  const vp9 = {
    ...video,
    codec: 'vp9' as const,
    hdr: 'keep' as const,
    rungs: [{ ...rung, crf: 60 }],
  }
  expect(withCodec(vp9, 'h264')).toMatchObject({ hdr: 'tone_map', rungs: [{ crf: 51 }] })
})

it('keeps a bitrate when the codec changes', () => {
  const { video } = blankPreset()
  const rungs = video.rungs.map((rung) => ({ ...rung, crf: null, bitrate_bps: 1_000_000 }))
  expect(withCodec({ ...video, rungs }, 'vp9').rungs).toEqual(rungs)
})

it('adds the next larger size, of the quality of the one below', () => {
  const { rungs } = blankPreset().video
  expect(nextRung(rungs)).toMatchObject({ short_side: 1440, crf: 23, max_bitrate_bps: 16_000_000 })
  expect(nextRung(rungs.map((rung) => ({ ...rung, crf: 30 })))).toMatchObject({ crf: 30 })
  expect(nextRung([])).toMatchObject({ short_side: 240 })
})

it('reads percents, and leaves what is none to the API', () => {
  expect(parsePercents(' 0, 25;100 ')).toEqual([0, 25, 100])
  expect(parsePercents('')).toEqual([])
  expect(JSON.stringify(parsePercents('10, ten'))).toBe('[10,null]')
})

it('puts what the API refuses at its fields', () => {
  const refusal = new ApiError(422, 'invalid_request', 'Check these fields.', [
    { field: 'video.rungs.1.crf', code: 'value_error', detail: 'rungs.1.crf: 77 is not …' },
    { field: 'video.rungs', code: 'value_error', detail: 'must ascend' },
    { field: 'name', code: 'string_pattern_mismatch', detail: 'String should match pattern …' },
  ])
  const errors = fieldErrorsOf(refusal)
  expect(errors.name).toMatch(/^Use small letters, digits/)
  expect(errorsBelow(errors, 'video.rungs')).toEqual({ '': 'must ascend', '1.crf': '77 is not …' })
  expect(errorsBelow(errors, 'video.rungs.1')).toEqual({ crf: '77 is not …' })
})

it('puts a taken name at the name, and all else above the fields', () => {
  expect(fieldErrorsOf(new ApiError(409, 'preset_exists', 'There is one.'))).toEqual({
    name: 'There is one.',
  })
  expect(fieldErrorsOf(new ApiError(503, 'database_unavailable', 'Try again.'))).toEqual({
    body: 'Try again.',
  })
})
