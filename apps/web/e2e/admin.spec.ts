import {
  ask,
  type Json,
  newAccount,
  openAdministration,
  signInAs,
  startVideoServer,
  uploadNotVideo,
  waitForJob,
} from './administration'
import { copied } from './clipboard'
import { checkAllLooks } from './looks'
import { refuse } from './refusals'
import { expect, fresh, required, test } from './stack'

test('a plain account is told that administration is not for it', async ({ page }) => {
  const plain = await newAccount('plain')
  await signInAs(page, plain.email, plain.password)
  await page.getByRole('button', { name: /^Account of/ }).click()
  await expect(page.getByRole('link', { name: 'Presets' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Administration' })).toBeHidden()

  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  for (const path of ['/admin', '/admin/users', '/admin/workers']) {
    await page.goto(path)
    await expect(
      page.getByRole('heading', { name: 'This page is for administrators' }),
    ).toBeVisible()
    await expect(page.getByText(`You are signed in as ${plain.email}`)).toBeVisible()
  }
  expect(asked.filter((url) => url.includes('/api/v1/admin/'))).toEqual([])
  await checkAllLooks(page)
  await page.getByRole('link', { name: 'Go to your jobs' }).click()
  await expect(page).toHaveURL(/\/jobs$/)
})

test('the overview counts what happens while it is looked at', async ({ page }) => {
  await openAdministration(page)
  const figures = page.getByRole('region', { name: 'Key figures' })
  await expect(figures.getByRole('link', { name: /^Workers busy/ })).toContainText(/\d of 2/)
  const stored = figures
    .locator('div')
    .filter({ hasText: /^Stored/ })
    .last()
  await expect(stored).toContainText(/\d+(\.\d)? [kMG]?B/)
  const before = (await ask('GET', '/admin/stats')).body.jobs

  const { body: job } = await ask('POST', '/jobs', { video_id: await uploadNotVideo() })
  await waitForJob(job.id, 'failed')
  const failed = page
    .getByRole('table', { name: 'Jobs by status' })
    .getByRole('row', { name: /^Failed/ })
  await expect(failed).toContainText(String(before.failed + 1))

  await page.getByText('Minutes', { exact: true }).click()
  await expect(page).toHaveURL(/by=minute/)
  await expect(page.getByText(/in the last hour/)).toBeVisible()
  await page.getByRole('button', { name: 'Show as a table' }).click()
  const rows = page.getByRole('table', { name: 'Throughput' }).locator('tbody tr')
  await expect(rows).toHaveCount(60)
  const sum = await rows.evaluateAll((all) =>
    all.reduce((total, row) => total + Number(row.children[2]?.textContent), 0),
  )
  expect(sum).toBeGreaterThan(0)
  await checkAllLooks(page)
  await page.goBack()
  await expect(page.getByText(/in the last 48 hours/)).toBeVisible()

  await page
    .getByRole('table', { name: 'Jobs by status' })
    .getByRole('link', { name: 'Failed' })
    .click()
  await expect(page).toHaveURL(/\/admin\/jobs\?status=failed/)
  await expect(page.getByRole('list', { name: 'Everybody’s jobs' })).toContainText('letter.mp4')
})

test('a worker is drained and taken back, and the last one only after a question', async ({
  page,
}) => {
  await openAdministration(page)
  await page.getByRole('link', { name: 'Workers', exact: true }).click()
  const workers = page.getByRole('list', { name: 'Workers' }).locator('> li')
  await expect(workers).toHaveCount(2)
  const names = await page.getByRole('heading', { level: 2 }).allTextContents()
  const [first = '', second = ''] = names
  const status = (name: string) => workers.filter({ hasText: name }).locator('[data-status]')

  await page.getByRole('button', { name: `Drain ${first}` }).click()
  await expect(page.getByText(`${first} finishes its tasks and takes no more.`)).toBeVisible()
  await expect(status(first)).toHaveText('Draining')
  await page.getByRole('button', { name: `Drain ${second}` }).click()
  const question = page.getByRole('dialog', {
    name: `Drain ${second}, the last worker that takes tasks?`,
  })
  await checkAllLooks(page)
  await question.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('button', { name: `Drain ${second}` })).toBeFocused()

  await page.getByRole('button', { name: `Undo drain of ${first}` }).click()
  await expect(page.getByText(`${first} takes tasks again within seconds.`)).toBeVisible()
  await expect(status(first)).toHaveText(/Idle|Busy/)
  const { body } = await ask('GET', '/workers/health')
  expect(body.workers.map((worker: Json) => [worker.status, worker.drain_requested_at])).toEqual([
    ['healthy', null],
    ['healthy', null],
  ])
  await checkAllLooks(page)
})

test('a drain that the server refuses is shown as not done', async ({ page }) => {
  await openAdministration(page)
  await page.getByRole('link', { name: 'Workers', exact: true }).click()
  await expect(page.getByRole('list', { name: 'Workers' })).toBeVisible()
  const answer = await refuse(page, { method: 'POST', path: '/admin/workers/*/drain' })
  await page
    .getByRole('button', { name: /^Drain/ })
    .first()
    .click()
  await expect(page.getByRole('button', { name: /^Undo drain/ })).toBeVisible()
  answer()
  await expect(page.getByText('The worker was not drained')).toBeVisible()
  await expect(page.getByRole('button', { name: /^Undo drain/ })).toBeHidden()
  await expect(
    page.getByRole('list', { name: 'Workers' }).locator('[data-status]').first(),
  ).toHaveText(/Idle|Busy/)
})

test('dead letters are grouped by cause, read, retried one by one and all, and cleared', async ({
  page,
}) => {
  test.slow()
  await ask('DELETE', '/admin/dlq')
  const server = await startVideoServer()
  const jobs: string[] = []
  for (const name of ['one.mp4', 'two.mp4', 'three.mp4']) {
    const { status, body } = await ask('POST', '/jobs', {
      url: server.url(name),
      preset: 'preview',
    })
    expect(status).toBe(202)
    jobs.push(body.id)
  }
  for (const id of jobs) await waitForJob(id, 'failed')
  const [first = '', ...rest] = jobs

  await openAdministration(page)
  await page.getByRole('link', { name: 'source_unavailable' }).click()
  await expect(page).toHaveURL(/\/admin\/dead-letters\?code=source_unavailable/)
  const letters = page.getByRole('list', { name: 'Letters of source_unavailable' })
  await expect(letters.locator('> li')).toHaveCount(3)
  await expect(page.getByText('Somebody else’s server did not hand the source out.')).toBeVisible()
  await page.getByRole('button', { name: 'Payload of one.mp4' }).click()
  const payload = page.getByLabel('Payload of one.mp4', { exact: true }).filter({ hasText: '{' })
  await expect(payload).toContainText(first)
  await expect(payload).toContainText('"attempts": 5')
  await expect(letters).toContainText(required('ADMIN_EMAIL'))
  expect(JSON.parse(await copied(page, 'the payload with its log')).job_id).toBe(first)
  await checkAllLooks(page)

  server.mend(fresh(required('E2E_SHORT_CLIP')).buffer)
  await page.getByRole('button', { name: 'Retry one.mp4' }).click()
  await expect(page.getByText('The job of one.mp4 starts again.')).toBeVisible()
  await expect(letters.locator('> li')).toHaveCount(2)
  await waitForJob(first, 'completed')

  await page.getByRole('button', { name: 'Retry all of source_unavailable' }).click()
  const question = page.getByRole('dialog', { name: 'Retry 2 letters of source_unavailable?' })
  await checkAllLooks(page)
  await question.getByRole('button', { name: 'Retry them' }).click()
  await expect(
    page.getByText('2 jobs that failed with source_unavailable start again.'),
  ).toBeVisible()
  await expect(page.getByText('No dead letters')).toBeVisible()
  for (const id of rest) await waitForJob(id, 'completed')
  await server.stop()

  // The server is gone for good: what asks for it now is cleared away.
  const { body: lost } = await ask('POST', '/jobs', { url: server.url('lost.mp4') })
  await waitForJob(lost.id, 'failed')
  await page.getByRole('button', { name: /^outbound_failed/ }).click()
  await page.getByRole('button', { name: 'Clear 1 letter away' }).click()
  const last = page.getByRole('dialog', { name: 'Clear 1 letter of outbound_failed away?' })
  await last.getByRole('button', { name: 'Clear them away' }).click()
  await expect(page.getByText('No dead letters')).toBeVisible()
  expect((await ask('GET', `/jobs/${lost.id}`)).body.status).toBe('failed')
  await checkAllLooks(page)
})
