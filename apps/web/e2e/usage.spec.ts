import { clipNamed, newAccount } from './api-calls'
import { createKey, statusOf } from './api-keys'
import { checkAllLooks } from './looks'
import { register } from './people'
import { expect, signIn, test } from './stack'

test('usage is told by day and key, in bars and in words, and the address keeps what is shown', async ({
  page,
}) => {
  await register(page)
  await page.goto('/account/keys')
  const key = await createKey(page, 'meter')
  for (let count = 0; count < 3; count++) expect(await statusOf(key)).toBe(200)
  await page.goto('/account/usage?metric=requests')
  // Requests are counted in batches of some seconds.
  await expect(async () => {
    await page.reload()
    const meter = page
      .getByRole('table', { name: 'Usage by key' })
      .getByRole('row', { name: /meter/ })
    await expect(meter.getByRole('cell').first()).toHaveText('3', { timeout: 1_000 })
  }).toPass()
  await expect(page.getByText('Requests in 30 days')).toBeVisible()
  await expect(page.getByRole('img', { name: /^Requests by day/ })).toBeVisible()

  await page.getByLabel('Of how many days').selectOption('7 days')
  await expect(page).toHaveURL(/days=7/)
  await page.getByRole('button', { name: 'Show as a table' }).click()
  const days = page.getByRole('table', { name: 'Usage by day' }).getByRole('row')
  await expect(days).toHaveCount(8)
  await checkAllLooks(page)
  await page.goBack()
  await expect(page).not.toHaveURL(/days=7/)
  await expect(page.getByText('Requests in 30 days')).toBeVisible()
})

test('costs are shown where the server has prices, and only there', async ({ page }) => {
  await register(page)
  await page.goto('/account/usage?metric=cost')
  const choice = page.getByLabel('What is shown')
  await expect(choice).toHaveValue('jobs')
  await expect(choice.getByRole('option', { name: 'Cost' })).toHaveCount(0)

  const day = new Date().toISOString().slice(0, 10)
  const amounts = {
    requests: 2,
    jobs: 1,
    inputBytes: 1,
    outputBytes: 1,
    videoSeconds: 1,
    cpuSeconds: 1,
  }
  const cost = { currency: 'USD', total: 0.25 }
  await page.route(/\/query$/, async (route) => {
    const response = await route.fetch()
    const answer = await response.json()
    if (answer.data?.usage) answer.data.usage = [{ day, apiKeyId: null, ...amounts, cost }]
    await route.fulfill({ response, json: answer })
  })
  await page.reload()
  await expect(choice).toHaveValue('cost')
  await expect(page.getByText('$0.25').first()).toBeVisible()
  await expect(page.getByRole('table', { name: 'Usage by key' })).toContainText('$0.25')
})

test('quotas warn before they are used up', async ({ page }) => {
  await signIn(page, await newAccount({ quota_jobs_per_day: 5 }))
  const names = ['one', 'two', 'three', 'four']
  await page.getByLabel('Choose files').setInputFiles(names.map((name) => clipNamed(`${name}.mp4`)))
  await expect(page.getByText('4 of 4 uploaded')).toBeAttached({ timeout: 30_000 })
  // At 80 %, where uploads begin too.
  await page.goto('/upload')
  await expect(page.getByText('Your quota is nearly used up')).toBeVisible()
  await expect(page.getByText('4 of 5 jobs today.')).toBeVisible()
  await checkAllLooks(page)

  const jobsPerDay = { limit: 10, used: 8, resetsAt: '2030-01-01T00:00:00Z' }
  const storedBytes = { limit: 1000, used: 1000, resetsAt: null }
  // How full a store is takes many videos to change; the page is told so by the answer alone.
  await page.route(/\/query$/, async (route) => {
    const response = await route.fetch()
    const answer = await response.json()
    if (answer.data?.me?.quotas) Object.assign(answer.data.me.quotas, { jobsPerDay, storedBytes })
    await route.fulfill({ response, json: answer })
  })
  await page.goto('/account')
  await expect(page.locator('[data-level=warning]')).toHaveText('Nearly used up')
  await expect(page.locator('[data-level=used-up]')).toHaveText('Used up')
  await expect(page.getByText('Counted anew from Jan 1, 2030')).toBeVisible()
  await expect(page.getByText('Delete jobs and videos that are not needed any more')).toBeVisible()
  await checkAllLooks(page)
})
