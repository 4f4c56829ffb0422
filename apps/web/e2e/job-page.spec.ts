import { call, clipNamed, postJob, unusedWord } from './api-calls'
import { copied } from './clipboard'
import { checkAllLooks } from './looks'
import { refuse } from './refusals'
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

test('a job shows what waits for what, how fast each quality is, and who did what when', async ({
  page,
}) => {
  test.slow()
  await signIn(page)
  await page.getByLabel('Choose files').setInputFiles(fresh(required('E2E_LONG_CLIP')))
  await followJob(page)
  const qualities = page.getByRole('list', { name: 'Qualities' })
  await expect(qualities.getByText(/^\d+ % · \d+\.\d× · .+ left$/).first()).toBeVisible({
    timeout: 60_000,
  })
  await expect(qualities.getByRole('listitem')).toHaveCount(3)
  const stages = page.getByRole('list', { name: 'Stages' }).getByRole('listitem')
  await expect(stages).toHaveText([
    /^Queued.*done$/,
    /^Analysing.*done$/,
    /^Encoding.*\d\.\d× real time/,
    /^Packaging/,
    /^Ready/,
  ])
  await expect(stages.filter({ hasText: 'Encoding' })).toHaveAttribute('aria-current', 'step')
  const graph = page.getByRole('list', { name: /^Tasks in order/ })
  const waits = (name: string) =>
    graph.getByRole('listitem').filter({ has: page.getByText(name, { exact: true }) })
  await expect(waits('Make MP4 files')).toContainText('Waits for: Encode audio, Encode video')
  await expect(waits('Package and publish')).toContainText(/Waits for: .*Make MP4 files/)
  await checkAllLooks(page)

  await expectStatus(page, 'completed')
  await page.setViewportSize({ width: 1280, height: 800 })
  for (const node of await graph.getByRole('listitem').all())
    await expect(node).toContainText('Done')
  await expect(page.getByRole('img', { name: /^Tasks run by each worker over/ })).toBeVisible()
  await page.getByRole('button', { name: 'Show as a table' }).click()
  const table = page.getByRole('table', { name: 'Timeline of the tasks' })
  const first = table.getByRole('row').nth(1)
  await expect(first.getByRole('rowheader')).toHaveText('Analyse the source')
  await expect(first.getByRole('cell').nth(1)).toHaveText('0.0 s')
  await expect(table).not.toContainText('Unknown worker')
  await checkAllLooks(page)
})

test('figures of quality stand beside each rendition where they were asked for', async ({
  page,
}) => {
  const id = await postJob(clipNamed('measured.mp4'), { metrics: ['psnr', 'ssim'] })
  await signIn(page)
  await page.goto(`/jobs/${id}`)
  await expectStatus(page, 'completed')
  const table = page.getByRole('table', { name: 'Renditions' })
  await expect(table.getByRole('columnheader', { name: 'PSNR' })).toBeVisible()
  await expect(table.getByRole('columnheader', { name: 'VMAF' })).toBeHidden()
  await expect(table.getByText(/^\d\d\.\d dB$/).first()).toBeVisible()
  await expect(table.getByText(/^0\.\d{4}$/).first()).toBeVisible()

  expect(await copied(page, 'the job id')).toBe(id)
  expect(await copied(page, 'the HLS address')).toMatch(/\/master\.m3u8$/)
  expect(await copied(page, 'the DASH address')).toMatch(/\.mpd$/)
  expect(await copied(page, 'the cURL command')).toBe(
    `curl -H "X-API-Key: $VIDMILL_API_KEY" ${API}/api/v1/jobs/${id}`,
  )

  // How long ago, and exactly when for who asks by the keyboard.
  const created = page.locator('header time')
  await expect(created).toHaveText(/^(just now|\d+ \w+ ago)$/)
  await created.focus()
  await expect(created).toHaveText((await created.getAttribute('title')) ?? 'no title')
})

test('a job is paused, made urgent and resumed, and the keyboard keeps its place', async ({
  page,
}) => {
  const id = await postJob(fresh(required('E2E_LONG_CLIP'), 'paused.mp4'))
  await signIn(page)
  await page.goto(`/jobs/${id}`)
  await page.getByRole('button', { name: 'Pause' }).press('Enter')
  await expect(badge(page)).toHaveAttribute('data-status', 'paused')
  await expect(page.getByRole('button', { name: 'Resume' })).toBeFocused()
  await expect.poll(async () => (await call('GET', `/jobs/${id}`)).status).toBe('paused')

  await page.getByLabel('Priority of the job').selectOption('Priority 9')
  await expect.poll(async () => (await call('GET', `/jobs/${id}`)).priority).toBe(9)
  await expect(page.getByText(/priority 9/)).toBeVisible()
  await page.getByRole('button', { name: 'Resume' }).press('Enter')
  await expectStatus(page, 'completed')
})

test('what the server refuses is taken back, and told', async ({ page }) => {
  const id = await postJob(fresh(required('E2E_LONG_CLIP'), 'refused.mp4'))
  await signIn(page)
  await page.goto(`/jobs/${id}`)
  const refusals = [
    {
      refused: { method: 'PATCH', path: '/jobs/*' },
      press: () => page.getByLabel('Priority of the job').selectOption('9'),
      shown: () => expect(page.locator('main header')).toContainText('priority 9'),
      takenBack: () => expect(page.locator('main header')).toContainText('priority 5'),
      told: 'The priority was not changed',
    },
    {
      refused: { method: 'POST', path: '/jobs/*/pause' },
      press: () => page.getByRole('button', { name: 'Pause' }).click(),
      shown: () => expect(badge(page)).toHaveAttribute('data-status', 'paused'),
      takenBack: () => expect(badge(page)).not.toHaveAttribute('data-status', 'paused'),
      told: 'The job was not paused',
    },
    {
      refused: { method: 'POST', path: '/jobs/*/cancel' },
      press: async () => {
        await page.getByRole('button', { name: 'Cancel' }).click()
        const dialog = page.getByRole('dialog', { name: 'Cancel the job of refused.mp4?' })
        await dialog.getByRole('button', { name: 'Cancel the job' }).click()
      },
      shown: () => expect(badge(page)).toHaveAttribute('data-status', 'cancelled'),
      takenBack: () => expect(badge(page)).not.toHaveAttribute('data-status', 'cancelled'),
      told: 'The job was not cancelled',
    },
  ]
  for (const { refused, press, shown, takenBack, told } of refusals) {
    const answer = await refuse(page, { ...refused, detail: 'Somebody took it away.' })
    await press()
    // Before the server has answered.
    await shown()
    answer()
    await takenBack()
    const alert = page.getByRole('alert').filter({ hasText: told })
    await expect(alert).toContainText('Somebody took it away.')
  }
})

test('a job that waits tells its place in the queue', async ({ page }) => {
  const word = unusedWord()
  const clip = required('E2E_LONG_CLIP')
  const ids: string[] = []
  for (const n of [1, 2, 3, 4, 5]) ids.push(await postJob(fresh(clip, `${word} ${n}.mp4`)))
  const last = ids.at(-1)
  await signIn(page)
  await page.goto(`/jobs/${last}`)
  await expect(page.getByText(/^(Number \d+|Next) in the queue$/)).toBeVisible()
  for (const id of ids) await call('POST', `/jobs/${id}/cancel`)
  await expectStatus(page, 'cancelled')
})

function badge(page: Page) {
  return page.locator('header [data-status]')
}
