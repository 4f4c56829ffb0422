import { CODECS, type VideoCodec } from '../src/lib/presets/codecs'
import { ask, upload, waitForJob } from './administration'
import { copied } from './clipboard'
import { checkAllLooks } from './looks'
import { expect, fresh, type Page, required, signIn, test } from './stack'

test('a preset is made in the form with a wrong value first, and used through the API', async ({
  page,
}) => {
  const name = `tiny-${Date.now()}`
  await openPresets(page)
  await checkAllLooks(page)
  await page.getByRole('link', { name: 'New preset' }).click()
  await page.getByLabel('Name', { exact: true }).fill(name)
  // One quality is enough.
  await page.getByRole('button', { name: 'Remove 1080p' }).click()
  await page.getByRole('button', { name: 'Remove 720p' }).click()
  const rung = page.getByRole('group', { name: '360p' })
  const crf = rung.getByLabel('CRF, 1 to 51')
  await crf.fill('77')
  await page.getByRole('button', { name: 'Create the preset' }).click()
  await expect(crf).toHaveAttribute('aria-invalid', 'true')
  await expect(crf).toBeFocused()
  await expect(crf).toHaveAccessibleDescription(/77 is not a number from 1 to 51/)
  await expect(page.getByRole('alert').filter({ hasText: 'was not saved' })).toContainText(
    'video.rungs.0.crf',
  )
  await checkAllLooks(page)
  await page.setViewportSize({ width: 1280, height: 844 })

  await crf.fill('30')
  await page.getByLabel('DASH').uncheck()
  await page.getByLabel('An MP3 too').uncheck()
  await page.getByLabel('Stills at, in percent').fill('50')
  await page.getByRole('button', { name: 'Create the preset' }).click()
  await expect(page.getByText(`The preset ${name} was created.`)).toBeVisible()
  await expect(page).toHaveURL(/\/presets$/)
  const own = page.getByRole('region', { name: 'Yours' }).getByRole('listitem')
  await expect(own.filter({ hasText: name })).toContainText('H.264, 360p')
  await expect(own.filter({ hasText: name })).toContainText('HLS, MP4, one still')

  // Whoever uses it uploads with it, until they choose another.
  await page.getByRole('link', { name: `Use ${name}` }).click()
  await expect(page).toHaveURL(new RegExp(`/upload\\?preset=${name}$`))
  const chosen = page.getByLabel('Preset of new files')
  await expect(chosen).toHaveValue(name)
  await page.goto('/upload')
  await expect(chosen).toHaveValue('web')
  await page.goto('/upload?preset=gone-by-now')
  await expect(chosen).toHaveAccessibleDescription(/There is no preset gone-by-now/)
  await checkAllLooks(page)
  await chosen.selectOption('web')
  await expect(chosen).not.toHaveAttribute('aria-invalid', 'true')

  const video = fresh(required('E2E_SHORT_CLIP'), `${name}.mp4`)
  const video_id = await upload(video.name, video.buffer)
  const { id: job } = (await ask('POST', '/jobs', { video_id, preset: name })).body
  await waitForJob(job, 'completed')
  const { body } = await ask('GET', `/jobs/${job}`)
  expect(body.preset).toBe(name)
  expect(body.renditions.map((rendition: { name: string }) => rendition.name)).toEqual(['360p'])
  expect((await ask('DELETE', `/presets/${name}`)).status).toBe(204)
})

test('a built-in preset is duplicated, the copy changed and deleted', async ({ page }) => {
  await openPresets(page)
  await page.getByRole('button', { name: 'Show all settings of av1' }).click()
  await expect(page.getByRole('table', { name: 'Qualities of av1' })).toContainText('CRF 35')
  expect(await copied(page, 'the name av1')).toBe('av1')
  const { preset } = (await ask('GET', '/presets/av1')).body
  expect(JSON.parse(await copied(page, 'the JSON of av1'))).toEqual(preset)
  await checkAllLooks(page)
  await page.setViewportSize({ width: 1280, height: 844 })
  await page.getByRole('link', { name: 'Duplicate av1' }).click()
  await expect(page.getByRole('heading', { name: 'A copy of av1' })).toBeVisible()
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('av1-copy')

  // A name that is taken is told at the name.
  await page.getByLabel('Name', { exact: true }).fill('web')
  await page.getByRole('button', { name: 'Create the preset' }).click()
  await expect(page.getByLabel('Name', { exact: true })).toHaveAttribute('aria-invalid', 'true')
  await page.getByLabel('Name', { exact: true }).fill('av1-copy')
  await page.getByRole('button', { name: 'Create the preset' }).click()
  await expect(page.getByText('The preset av1-copy was created.')).toBeVisible()
  const copy = (await ask('GET', '/presets/av1-copy')).body.preset
  const original = (await ask('GET', '/presets/av1')).body.preset
  expect(copy).toEqual({ ...original, name: 'av1-copy' })

  await page.getByRole('link', { name: 'Edit av1-copy' }).click()
  await expect(page.getByRole('heading', { name: 'Change av1-copy' })).toBeVisible()
  await checkAllLooks(page)
  await page.setViewportSize({ width: 1280, height: 844 })
  await page.getByLabel('Encoder’s speed').selectOption('6')
  await page.getByLabel('Codec', { exact: true }).selectOption('VP9')
  await page.getByRole('button', { name: 'Save the preset' }).click()
  await expect(page.getByText(/The preset av1-copy was changed/)).toBeVisible()
  const changed = (await ask('GET', '/presets/av1-copy')).body.preset.video
  expect([changed.codec, changed.encoder_preset]).toEqual(['vp9', null])

  await page.getByRole('button', { name: 'Delete av1-copy' }).click()
  const question = page.getByRole('dialog', { name: 'Delete the preset av1-copy?' })
  await checkAllLooks(page)
  await question.getByRole('button', { name: 'Delete the preset' }).click()
  await expect(page.getByText('The preset av1-copy was deleted.')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Edit av1-copy' })).toBeHidden()
  await page.goto('/presets/web')
  await expect(page.getByRole('heading', { name: 'web is built in' })).toBeVisible()
  await checkAllLooks(page)
})

test('what the form offers for each codec is what the API takes', async () => {
  const { body: web } = await ask('GET', '/presets/web')
  for (const codec of Object.keys(CODECS) as VideoCodec[]) {
    const { crf, encoderPresets, minShortSide, takesTarget, keepsHdr } = CODECS[codec]
    const [min, max] = crf
    const status = async (video: object, rung: object = {}) => {
      const sides = { ...web.preset.video.rungs[0], crf: max, ...rung }
      const encoding = { codec, encoder_preset: null, rungs: [sides], ...video }
      const body = { ...web.preset, name: 'offers', video: { ...web.preset.video, ...encoding } }
      const answer = await ask('POST', '/presets', body)
      if (answer.status === 201) await ask('DELETE', '/presets/offers')
      return answer.status
    }
    for (const encoder_preset of encoderPresets) {
      expect(await status({ encoder_preset }), `${codec} ${encoder_preset}`).toBe(201)
    }
    for (const [value, expected] of [
      [min, 201],
      [max, 201],
      [min - 1, 422],
      [max + 1, 422],
    ]) {
      expect(await status({}, { crf: value }), `${codec} CRF ${value}`).toBe(expected)
    }
    expect(await status({}, { short_side: minShortSide }), codec).toBe(201)
    const taken = (is: boolean) => (is ? 201 : 422)
    expect(await status({}, { target_vmaf: 93 }), codec).toBe(taken(takesTarget))
    expect(await status({ hdr: 'keep' }), codec).toBe(taken(keepsHdr))
  }
})

async function openPresets(page: Page): Promise<void> {
  await signIn(page)
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('link', { name: 'Presets' }).click()
  await expect(page.getByRole('heading', { name: 'Presets' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Duplicate av1' })).toBeVisible()
}
