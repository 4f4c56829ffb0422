import { call, clipNamed, postJob, unusedWord } from './api-calls'
import { checkAllLooks } from './looks'
import { refuse } from './refusals'
import { expect, signIn, test } from './stack'

/** Jobs that fail at once, by names that begin with a word of their own. */
async function failedJobs(count: number): Promise<{ word: string; ids: string[] }> {
  const word = unusedWord()
  const ids: string[] = []
  for (let n = 1; n <= count; n++) {
    const buffer = Buffer.from(`this is not a video ${word} ${n}\n`.repeat(200))
    ids.push(await postJob({ name: `${word} ${n}.mp4`, buffer }))
  }
  for (const id of ids) {
    await expect.poll(async () => (await call('GET', `/jobs/${id}`)).status).toBe('failed')
  }
  return { word, ids }
}

test('several jobs are deleted at once, and one that is refused comes back', async ({ page }) => {
  const { word, ids } = await failedJobs(4)
  await signIn(page)
  await page.goto(`/jobs?search=${word}`)
  await expect(page.getByRole('status').filter({ hasText: '4 jobs found' })).toBeVisible()
  // From the first to the third.
  await page.getByLabel(`Select ${word} 4.mp4`).click()
  await page.getByLabel(`Select ${word} 2.mp4`).click({ modifiers: ['Shift'] })
  await expect(page.getByText('3 selected')).toBeVisible()
  await checkAllLooks(page)
  const answer = await refuse(page, { method: 'DELETE', path: `/jobs/${ids[2]}?*` })
  answer()
  await page.getByRole('button', { name: 'Delete 3' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete 3 jobs?' })
  await expect(dialog).toContainText(`${word} 3.mp4`)
  await checkAllLooks(page)
  await dialog.getByRole('button', { name: 'Delete 3 jobs' }).click()

  const list = page.getByRole('list', { name: 'Jobs' })
  await expect(list).toBeFocused()
  const alert = page.getByRole('alert').filter({ hasText: '1 of 3 jobs could not be deleted' })
  await expect(alert).toContainText(`${word} 3.mp4: It is not to be.`)
  await expect(list.getByRole('link')).toHaveText([`${word} 3.mp4`, `${word} 1.mp4`])
  await expect(page.getByRole('status').filter({ hasText: '2 jobs found' })).toBeVisible()
})

test('several jobs are started again at once', async ({ page }) => {
  const { word, ids } = await failedJobs(2)
  await signIn(page)
  await page.goto(`/jobs?search=${word}`)
  await page.getByLabel('Select the 2 shown').check()
  await page.getByRole('button', { name: 'Retry 2' }).click()
  await expect(page.getByText('2 jobs were started again.')).toBeVisible()
  // Each has failed once more, which the list tells by itself.
  for (const id of ids) {
    await expect.poll(async () => (await call('GET', `/jobs/${id}`)).status).toBe('failed')
  }
  await expect(page.locator('li [data-status="failed"]')).toHaveCount(2)
})

test('a new job appears by itself, and is followed without the list being read again', async ({
  page,
}) => {
  await signIn(page)
  await page.goto('/jobs')
  await expect(page.getByRole('list', { name: 'Jobs' })).toBeVisible()
  let reads = 0
  page.on('request', (request) => {
    if (request.postData()?.includes('"first":100')) reads++
  })
  const name = `${unusedWord()}.mp4`
  await postJob(clipNamed(name))
  const row = page.getByRole('listitem').filter({ hasText: name })
  await expect(row).toBeVisible()
  await expect(row.locator('[data-status]')).toHaveAttribute('data-status', 'completed', {
    timeout: 60_000,
  })
  await expect(row.locator('img')).toBeVisible()
  expect(reads).toBe(0)
})

test('the list is narrowed by preset, priority and day, all in its address', async ({ page }) => {
  const word = unusedWord()
  const urgent = await postJob(clipNamed(`${word} urgent.mp4`), { priority: 9, preset: 'mobile' })
  await postJob(clipNamed(`${word} usual.mp4`))
  await signIn(page)
  await page.goto(`/jobs?search=${word}`)
  await expect(page.getByRole('status').filter({ hasText: '2 jobs found' })).toBeVisible()
  await page.getByLabel('Filter by preset').selectOption('mobile')
  await page.getByLabel('Filter by priority').selectOption('9')
  await expect(page.getByRole('status').filter({ hasText: '1 job found' })).toBeVisible()
  await expect(page.locator(`a[href="/jobs/${urgent}"]`)).toBeVisible()
  await page.getByLabel('Created from').fill('2100-01-01')
  await expect(page.getByText('No job matches')).toBeVisible()
  await checkAllLooks(page)
  await page.setViewportSize({ width: 1280, height: 800 })
  expect(new URL(page.url()).searchParams.get('from')).toBe('2100-01-01')
  await page.goBack()
  await expect(page.getByRole('status').filter({ hasText: '1 job found' })).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('Filter by priority')).toHaveValue('9')
  await expect(page.getByRole('status').filter({ hasText: '1 job found' })).toBeVisible()
})
