import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, type Page, required, signIn, test } from './stack'

const COUNT = 10_000

/** Milliseconds that a task may not take, for the page answers nobody meanwhile. */
const LONGEST = 200

// Pictures of the page for a trace are taken in the page, and would be counted.
test.use({ trace: 'off', screenshot: 'off' })
test.skip(!process.env.E2E_DATABASE_URL, 'needs E2E_DATABASE_URL and E2E_PYTHON')

test('ten thousand jobs scroll, filter and change without the page ever stopping', async ({
  page,
  browser,
}) => {
  test.slow()
  const account = JSON.parse(manyJobs('make', `${COUNT}`))
  await signIn(page, account)
  await page.goto('/jobs')
  const list = page.getByRole('list', { name: 'Jobs' })
  await expect(list.getByText('take 10000.mp4')).toBeVisible()
  await expect(page.getByText('10,000 jobs')).toBeVisible()
  await browser.startTracing(page, { categories: ['toplevel'] })

  // Every change reaches the row that is in sight.
  const bar = page.getByLabel('Progress of take 10000.mp4')
  const before = Number(await bar.getAttribute('aria-valuenow'))
  manyJobs('advance', account.email)
  await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow'))).toBe(before + 10)

  await scrollToTheEnd(page)
  await expect(list.getByText('take 00001.mp4')).toBeVisible()
  // Ten thousand are read, and only what is near the window is in the page.
  expect(await list.getByRole('listitem').count()).toBeLessThan(60)
  // The way back leads to where it was left.
  await page.getByRole('link', { name: 'take 00001.mp4' }).click()
  await expect(page.getByRole('heading', { name: 'take 00001.mp4' })).toBeVisible()
  await page.goBack()
  await expect(list.getByText('take 00001.mp4')).toBeInViewport()
  await page.keyboard.press('Home')
  await expect(list.getByText('take 10000.mp4')).toBeVisible()
  manyJobs('advance', account.email)
  await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow'))).toBe(before + 20)

  await page.getByLabel('Search by file name').fill('take 0042')
  await expect(page.getByRole('status').filter({ hasText: '10 jobs found' })).toBeVisible()
  await page.getByLabel('Search by file name').fill('')
  await expect(list.getByText('take 10000.mp4')).toBeVisible()
  await page.getByLabel('Filter by status').selectOption('failed')
  await expect(page.getByRole('status').filter({ hasText: '499 jobs found' })).toBeVisible()
  await page.getByLabel('Filter by preset').selectOption('mobile')
  await expect(page.getByText('No job matches')).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('status').filter({ hasText: '499 jobs found' })).toBeVisible()

  // A reload begins with the page that was in sight, and offers the way to the newest.
  await page.getByLabel('Filter by status').selectOption('')
  await expect(list.getByText('take 10000.mp4')).toBeVisible()
  await page.mouse.wheel(0, 40_000)
  await expect(page).toHaveURL(/[?&]at=/)
  await page.reload()
  await expect(page.getByRole('button', { name: 'Go to the newest jobs' })).toBeVisible()
  await expect(list.getByText('take 10000.mp4')).toBeHidden()
  // To where the filters are.
  await page.keyboard.press('Home')
  await page.getByLabel('Filter by status').selectOption('failed')
  await expect(page.getByRole('status').filter({ hasText: '499 jobs found' })).toBeVisible()

  // All that is shown is ticked at once, and what that changes is drawn at once.
  await page.getByLabel(/^Select the 100 shown/).check()
  await expect(page.getByRole('button', { name: 'Retry 100' })).toBeVisible()

  const tasks = mainThreadTasks(await browser.stopTracing())
  // A trace that tells nothing proves nothing.
  expect(tasks.length).toBeGreaterThan(1_000)
  const [longest = 0] = tasks
  test.info().annotations.push({ type: 'longest task', description: `${Math.round(longest)} ms` })
  expect(tasks.filter((milliseconds) => milliseconds >= LONGEST)).toEqual([])
})

/** Runs tests/many_jobs.py against the stack's database. */
function manyJobs(...chosen: string[]): string {
  return execFileSync(required('E2E_PYTHON'), ['-m', 'tests.many_jobs', ...chosen], {
    cwd: join(import.meta.dirname, '../../..'),
    env: {
      ...process.env,
      DATABASE_URL: required('E2E_DATABASE_URL'),
      REDIS_URL: required('E2E_REDIS_URL'),
    },
    encoding: 'utf8',
  })
}

/** One event of a trace, in the form of Chromium's trace files; times are microseconds. */
interface TraceEvent {
  name: string
  ts: number
  tid: number
  pid: number
  /** Of the processor on this thread: what the machine does beside it is not the page's doing. */
  tdur?: number
  args: { name?: string }
}

/** How long the tasks of the page's own thread took, in milliseconds, the longest first. */
function mainThreadTasks(trace: Buffer): number[] {
  const { traceEvents }: { traceEvents: TraceEvent[] } = JSON.parse(trace.toString())
  const key = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(key),
  )
  return traceEvents
    .filter((event) => event.name.endsWith('RunTask') && main.has(key(event)))
    .map(({ tdur = 0 }) => tdur / 1000)
    .sort((a, b) => b - a)
}

/** By the wheel, as somebody who looks for the oldest job. */
async function scrollToTheEnd(page: Page): Promise<void> {
  await page.mouse.move(640, 500)
  await expect(async () => {
    for (let turn = 0; turn < 10; turn++) {
      await page.mouse.wheel(0, 8_000)
      await page.waitForTimeout(16)
    }
    await expect(page.getByText('take 00001.mp4')).toBeVisible({ timeout: 50 })
  }).toPass({ timeout: 120_000, intervals: [0] })
}
