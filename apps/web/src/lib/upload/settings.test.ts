import { expect, it } from 'vitest'
import { readSettings, USUAL_SETTINGS, videoChange } from './settings'

it('says nothing of a video that is as every new one', () => {
  expect(videoChange(USUAL_SETTINGS)).toBeNull()
  expect(videoChange({ ...USUAL_SETTINGS, title: '   ' })).toBeNull()
})

it('says what is different', () => {
  expect(videoChange({ title: ' Garden ', preset: 'web', visibility: 'public' })).toEqual({
    title: 'Garden',
    visibility: 'public',
  })
  expect(videoChange({ ...USUAL_SETTINGS, visibility: 'unlisted' })).toEqual({
    visibility: 'unlisted',
  })
})

it('reads what was stored, whoever wrote it', () => {
  expect(readSettings({ title: 'A', preset: 'mobile', visibility: 'public' })).toEqual({
    title: 'A',
    preset: 'mobile',
    visibility: 'public',
  })
  expect(readSettings({ visibility: 'everybody', preset: 3 })).toEqual(USUAL_SETTINGS)
  expect(readSettings(null)).toEqual(USUAL_SETTINGS)
})
