import { call, clipNamed, postJob, unusedWord } from './api-calls'
import { checkAllLooks } from './looks'
import { START } from './player-steps'
import { expect, fresh, type Page, required, signIn, test } from './stack'

/** The streams that a page holds open, by their addresses. */
async function streamsOf(page: Page): Promise<Set<string>> {
  const devtools = await page.context().newCDPSession(page)
  const urls = new Map<string, string>()
  const open = new Set<string>()
  await devtools.send('Network.enable')
  devtools.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (!new URL(request.url).pathname.endsWith('/events')) return
    urls.set(requestId, request.url)
    open.add(request.url)
  })
  const close = ({ requestId }: { requestId: string }) => open.delete(urls.get(requestId) ?? '')
  devtools.on('Network.loadingFinished', close)
  devtools.on('Network.loadingFailed', close)
  return open
}

/** How often the API was asked for the states of jobs, or GraphQL for a list. */
function reads(page: Page): { count: number } {
  const seen = { count: 0 }
  page.on('request', (request) => {
    const asksStates = request.url().endsWith('/jobs/batch-status')
    if (asksStates || request.postData()?.includes('jobsConnection')) seen.count++
  })
  return seen
}

const SECONDS = { timeout: 3_000 }

test('two tabs share one stream, both follow a job, and the one that is left goes on alone', async ({
  page,
  context,
}) => {
  await signIn(page)
  const word = unusedWord()
  // It waits until both are open, and so can be seen going on in both.
  const id = await postJob(fresh(required('E2E_CLIP'), `${word}.mp4`))
  await call('POST', `/jobs/${id}/pause`)
  const listStreams = await streamsOf(page)
  await page.goto(`/jobs?search=${word}`)
  const row = page.getByRole('listitem').filter({ hasText: `${word}.mp4` })
  await expect(row.locator('[data-status]')).toHaveAttribute('data-status', 'paused')
  const job = await context.newPage()
  const jobStreams = await streamsOf(job)
  await job.goto(`/jobs/${id}`)
  const badge = job.locator('header [data-status]')
  await expect(badge).toHaveAttribute('data-status', 'paused')

  const streams = () => [...listStreams, ...jobStreams]
  await expect.poll(streams).toEqual([expect.stringContaining(`/jobs/events?job_id=${id}`)])
  expect(jobStreams.size, 'the tab that came first leads').toBe(0)

  let loads = 0
  for (const each of [page, job]) each.on('load', () => loads++)
  await call('POST', `/jobs/${id}/resume`)
  await expect(badge).toHaveAttribute('data-status', /queued|processing/, SECONDS)
  await expect(row.locator('[data-status]')).toHaveAttribute('data-status', /queued|processing/)
  await expect(badge).toHaveAttribute('data-status', 'completed', { timeout: 90_000 })
  await expect(row.locator('[data-status]')).toHaveAttribute('data-status', 'completed', SECONDS)
  await expect(row.locator('img')).toBeVisible()
  expect(streams()).toHaveLength(1)
  expect(loads).toBe(0)

  // The other takes over, and goes on following what it shows.
  await page.close()
  await expect
    .poll(() => [...jobStreams])
    .toEqual([expect.stringContaining(`/jobs/events?job_id=${id}`)])
  await call('DELETE', `/jobs/${id}`)
  await expect(job.getByRole('heading', { name: 'There is no such job' })).toBeVisible(SECONDS)
  // What is gone is not asked for again.
  await expect.poll(() => [...jobStreams]).toEqual([])
})

test('what other clients do shows within seconds, without a single question', async ({ page }) => {
  const word = unusedWord()
  await signIn(page)
  await page.goto('/jobs')
  await expect(page.getByRole('list', { name: 'Jobs' })).toBeVisible()
  const id = await postJob(fresh(required('E2E_LONG_CLIP'), `${word}.mp4`))
  const row = page.getByRole('listitem').filter({ hasText: `${word}.mp4` })
  await expect(row).toBeVisible(SECONDS)
  await call('POST', `/jobs/${id}/pause`)
  const status = row.locator('[data-status]')
  await expect(status).toHaveAttribute('data-status', 'paused', SECONDS)
  // Where it stands was read when it came into sight; from here on nothing is asked.
  await page.waitForTimeout(1_500)
  const asked = reads(page)
  await call('PATCH', `/jobs/${id}`, { priority: 9 })
  await expect(row).toContainText('priority 9', SECONDS)
  await call('POST', `/jobs/${id}/cancel`)
  await expect(status).toHaveAttribute('data-status', 'cancelled', SECONDS)
  await page.waitForTimeout(6_000)
  expect(asked.count).toBe(0)
  await call('DELETE', `/jobs/${id}`)
  await expect(row).toBeHidden(SECONDS)
})

test.describe('without a line', () => {
  test.use({ provoked: [/net::ERR_FAILED/] })

  test('what was missed is read as soon as there is one', async ({ page }) => {
    const word = unusedWord()
    const id = await postJob(fresh(required('E2E_LONG_CLIP'), `${word}.mp4`))
    await call('POST', `/jobs/${id}/pause`)
    await signIn(page)
    const stream = '**/api/v1/jobs/events*'
    await page.route(stream, (route) => route.abort())
    await page.goto(`/jobs?search=${word}`)
    const status = page.getByRole('listitem').locator('[data-status]')
    await expect(status).toHaveAttribute('data-status', 'paused')
    // Where it stands was read when it came into sight.
    await page.waitForTimeout(1_500)
    await call('POST', `/jobs/${id}/cancel`)
    // Longer than it takes to be told where there is a line.
    await page.waitForTimeout(3_000)
    await expect(status).toHaveAttribute('data-status', 'paused')
    await page.unroute(stream)
    await expect(status).toHaveAttribute('data-status', 'cancelled', { timeout: 20_000 })
  })
})

test('the owner’s watch page plays as soon as there is something to play', async ({ page }) => {
  const id = await postJob(fresh(required('E2E_CLIP'), `${unusedWord()}.mp4`))
  await call('POST', `/jobs/${id}/pause`)
  const { video_id } = await call('GET', `/jobs/${id}`)
  await signIn(page)
  const streams = await streamsOf(page)
  await page.goto(`/watch/${video_id}`)
  await expect.poll(() => streams.size).toBe(1)
  await call('POST', `/jobs/${id}/resume`)
  await expect(page.getByRole('button', { name: START })).toBeVisible({ timeout: 90_000 })
  // When there is nothing more to come, nobody listens.
  await expect
    .poll(async () => (await call('GET', `/jobs/${id}`)).status, { timeout: 90_000 })
    .toBe('completed')
  await expect.poll(() => streams.size).toBe(0)
})

test('my videos and the upload page follow their jobs, and public pages hold no stream', async ({
  page,
}) => {
  await signIn(page)
  const streams = await streamsOf(page)
  const name = `${unusedWord()}.mp4`
  await page.locator('input[type=file]').setInputFiles(clipNamed(name))
  await expect(page.getByText('Completed')).toBeVisible({ timeout: 60_000 })
  expect(streams.size).toBe(1)
  await page.getByRole('link', { name: 'My videos' }).first().click()
  const row = page.getByRole('listitem').filter({ hasText: name.replace('.mp4', '') })
  await expect(row.locator('[data-status]')).toHaveAttribute('data-status', 'completed')
  const other = unusedWord()
  await postJob(clipNamed(`${other}.mp4`))
  const added = page.getByRole('listitem').filter({ hasText: other })
  await expect(added).toBeVisible(SECONDS)
  await expect(added.locator('[data-status]')).toHaveAttribute('data-status', 'completed', {
    timeout: 60_000,
  })
  // Left without a new document, which would end it in any case.
  await page.getByRole('banner').getByRole('link', { name: 'Vidmill, to the start page' }).click()
  await expect.poll(() => streams.size).toBe(0)
})

test('on a phone a job says in full how it stands', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 })
  const word = unusedWord()
  const ids = [await postJob(clipNamed(`${word} 1.mp4`)), await postJob(clipNamed(`${word} 2.mp4`))]
  for (const id of ids) {
    await expect
      .poll(async () => (await call('GET', `/jobs/${id}`)).status, { timeout: 60_000 })
      .toBe('completed')
  }
  await signIn(page)
  await page.goto(`/jobs?search=${word}`)
  const badge = page.locator('li [data-status]').first()
  await expect(badge).toHaveText('Completed')
  const cut = await badge.evaluate((element) =>
    [element, ...element.querySelectorAll('*')].some((each) => each.scrollWidth > each.clientWidth),
  )
  expect(cut).toBe(false)
  await checkAllLooks(page)
})
