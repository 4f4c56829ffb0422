import { API, expect, expectStatus, followJob, fresh, required, signIn, test } from './stack'

test('sound alone plays, in a player without a picture', async ({ page }, info) => {
  await signIn(page)
  await page.getByLabel('Choose files').setInputFiles(fresh(required('E2E_SHORT_CLIP')))
  await followJob(page)
  const headers = { 'X-API-Key': required('ADMIN_API_KEY') }
  const jobs = `${API}/api/v1/jobs`
  const first = await page.request.get(`${jobs}/${page.url().split('/').at(-1)}`, { headers })
  const { video_id } = await first.json()
  const posted = await page.request.post(jobs, { headers, data: { video_id, preset: 'audio' } })
  expect(posted.status()).toBe(202)
  await page.goto(`/jobs/${(await posted.json()).id}`)
  await expectStatus(page, 'completed')

  const player = page.locator('hls-video')
  await player.evaluate((video: HTMLVideoElement) => {
    video.muted = true
    return video.play()
  })
  await expect
    .poll(() => player.evaluate((video: HTMLVideoElement) => video.currentTime))
    .toBeGreaterThan(0.3)
  const frame = await page.locator('media-controller').boundingBox()
  expect(frame?.height).toBeLessThan(200)
  await expect(page.getByRole('table', { name: 'Renditions' })).toHaveCount(0)
  const files = page.getByRole('table', { name: 'Other files' })
  await expect(files.getByRole('link')).toContainText(['audio.m4a', 'audio.mp3'])
  await page.screenshot({ path: info.outputPath('sound.png') })
})
