import {
  API,
  expect,
  expectStatus,
  followJob,
  fresh,
  type Page,
  required,
  signIn,
  test,
} from './stack'

/** Kilobytes (1000 bytes) of scripts that a page may load until it rests, as they are sent. */
const SCRIPTS = { gallery: 180, upload: 240, jobs: 265, admin: 360, watch: 475 }
/** The same of style sheets, for every page. */
const STYLES = 45

test('no page loads more scripts and styles than its budget', async ({ page }) => {
  await signIn(page)
  await page.getByLabel('Video files').setInputFiles(fresh(required('E2E_SHORT_CLIP')))
  await followJob(page)
  await expectStatus(page, 'completed')
  const id = page.url().split('/').at(-1)
  const { video_id } = await (await page.request.get(`${API}/api/v1/jobs/${id}`)).json()

  const paths = {
    gallery: '/',
    upload: '/upload',
    jobs: '/jobs',
    admin: '/admin',
    watch: `/watch/${video_id}`,
  }
  for (const [name, path] of Object.entries(paths)) {
    const { scripts, styles } = await weigh(page, path)
    expect
      .soft(scripts, `scripts of ${name}`)
      .toBeLessThanOrEqual(SCRIPTS[name as keyof typeof SCRIPTS])
    expect.soft(styles, `styles of ${name}`).toBeLessThanOrEqual(STYLES)
    expect(scripts, `scripts of ${name}: nothing was weighed`).toBeGreaterThan(50)
  }
})

/** Kilobytes that a first visit of a page loads, with an empty cache. */
async function weigh(page: Page, path: string): Promise<{ scripts: number; styles: number }> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.enable')
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true })
  const kinds = new Map<string, string>()
  const sums: Record<string, number> = { Script: 0, Stylesheet: 0 }
  devtools.on('Network.responseReceived', ({ requestId, type, response }) => {
    if (response.url.includes('/_next/')) kinds.set(requestId, type)
  })
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId)
    if (kind && kind in sums) sums[kind] = (sums[kind] ?? 0) + encodedDataLength
  })
  await page.goto(path)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.waitForLoadState('networkidle')
  await devtools.detach()
  return { scripts: (sums.Script ?? 0) / 1000, styles: (sums.Stylesheet ?? 0) / 1000 }
}
