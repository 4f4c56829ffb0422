import { createHmac } from 'node:crypto'
import { copied } from './clipboard'
import { checkAllLooks } from './looks'
import { register } from './people'
import { type Receiver, startReceiver } from './receiver'
import { refuse } from './refusals'
import { test as base, expect, type Page } from './stack'

const test = base.extend<{ receiver: Receiver }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from it
  receiver: async ({}, use) => {
    const receiver = await startReceiver()
    await use(receiver)
    await receiver.stop()
  },
})

test('a webhook is made, tested, looked into, and sends again what failed', async ({
  page,
  receiver,
}) => {
  await register(page)
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('link', { name: 'Webhooks' }).click()
  await expect(page.getByText('No webhooks yet')).toBeVisible()
  await checkAllLooks(page)

  const secret = await createWebhook(page, receiver.url)
  await expect(page.getByRole('heading', { name: receiver.url })).toBeVisible()
  await expect(page.getByText('Nothing was sent yet.')).toBeVisible()
  await checkAllLooks(page)

  receiver.answerWith(500)
  await page.getByRole('button', { name: 'Send a test' }).click()
  const attempts = page.getByRole('list', { name: 'Attempts' }).getByRole('listitem')
  await expect(attempts).toHaveCount(1)
  await expect(attempts.first()).toContainText('Answered 500 after')
  await expect(attempts.first()).toContainText('POST /hook')
  await expect(attempts.first()).toContainText('X-Receiver: e2e', { ignoreCase: true })
  await expect(attempts.first()).toContainText('not today')
  await expect(entry(page)).toContainText('webhook.test')
  await expect(page.getByText(/^Is sent next on/)).toBeVisible()
  await expect(page.locator('[data-state=failing]')).toBeVisible()
  await expect(page.getByText('Its receiver fails')).toBeVisible()
  await checkAllLooks(page)

  expect(await copied(page, 'the id of the delivery')).toMatch(/^[0-9a-f-]{36}$/)
  expect(JSON.parse(await copied(page, 'the body'))).toMatchObject({ event: 'webhook.test' })

  receiver.answerWith(204)
  await page.getByRole('button', { name: 'Redeliver' }).click()
  await expect(page.getByText(/^Delivered on/)).toBeVisible()
  await expect(attempts).toHaveCount(2)
  await expect(attempts.first()).toContainText('Attempt 2: Answered 204 after')
  await expect(page.locator('[data-state=on]')).toBeVisible()
  expect(receiver.received).toHaveLength(2)
  for (const { headers, body } of receiver.received) {
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
    expect(headers['x-webhook-signature']).toBe(signature)
  }
  await checkAllLooks(page)

  // The open delivery is in the address, and Back closes it.
  await page.reload()
  await expect(attempts).toHaveCount(2)
  await page.goBack()
  await expect(attempts).toHaveCount(0)
})

test('a webhook is changed, switched off and on, gets another secret, and is deleted', async ({
  page,
  receiver,
}) => {
  await register(page)
  await page.goto('/webhooks')
  const first = await createWebhook(page, receiver.url)

  await page.getByRole('button', { name: 'Change' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('URL').fill('http://192.168.0.1/')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog.getByLabel('URL')).toHaveAccessibleDescription(/OUTBOUND_ALLOW_CIDRS|https/)
  await expect(dialog.getByLabel('URL')).toBeFocused()
  await dialog.getByLabel('URL').fill(receiver.url)
  await dialog.getByLabel('Description').fill('To the test bench')
  for (const event of ['job.progress', 'job.started']) await dialog.getByLabel(event).uncheck()
  await checkAllLooks(page)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(page.getByText('To the test bench')).toBeVisible()
  await expect(page.getByText('video.uploaded, job.playable, job.completed')).toBeVisible()

  const answer = await refuse(page, { method: 'PATCH', path: '/webhooks/*' })
  await page.getByRole('button', { name: 'Switch off' }).click()
  await expect(page.locator('[data-state=off]')).toBeVisible()
  answer()
  await expect(page.locator('[data-state=on]')).toBeVisible()
  const refused = page.getByRole('alert').filter({ hasText: 'The webhook stays on' })
  await expect(refused).toContainText('It is not to be.')
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await page.getByRole('button', { name: 'Switch off' }).click()
  await expect(page.locator('[data-state=off]')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Send a test' })).toBeDisabled()
  await checkAllLooks(page)
  await page.getByRole('button', { name: 'Switch on' }).click()
  await expect(page.locator('[data-state=on]')).toBeVisible()

  await page.getByRole('button', { name: 'Replace the secret' }).click()
  await expect(dialog.getByLabel('The present secret')).toBeFocused()
  await checkAllLooks(page)
  await dialog.getByRole('button', { name: 'Replace the secret' }).click()
  const second = await takeSecret(page)
  await expect(page.getByText(/^Two sign:/)).toBeVisible()
  await page.getByRole('button', { name: 'Send a test' }).click()
  await expect(page.getByText(/^Delivered on/)).toBeVisible()
  const [{ headers, body } = { headers: {}, body: '' }] = receiver.received
  const signed = (secret: string) =>
    `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
  expect(headers['x-webhook-signature']).toBe(signed(second))
  expect(headers['x-webhook-signature-previous']).toBe(signed(first))

  await page.getByRole('link', { name: 'Webhooks', exact: true }).click()
  const list = page.getByRole('list', { name: 'Webhooks' })
  await expect(list).toContainText(/Delivered, (just now|\d+ \w+ ago)/)
  await checkAllLooks(page)
  await list.getByRole('link', { name: receiver.url }).click()
  await page.getByRole('button', { name: 'Delete' }).click()
  await expect(
    page.getByRole('dialog', { name: `Delete the webhook to ${receiver.url}?` }),
  ).toBeVisible()
  await checkAllLooks(page)
  await dialog.getByRole('button', { name: 'Delete the webhook' }).click()
  await expect(page.getByText('No webhooks yet')).toBeVisible()
})

test('a webhook whose receiver says Gone is shown as disabled, with the reason', async ({
  page,
  receiver,
}) => {
  await register(page)
  await page.goto('/webhooks')
  await createWebhook(page, receiver.url)
  receiver.answerWith(410)
  await page.getByRole('button', { name: 'Send a test' }).click()
  await expect(page.getByText('Vidmill disabled it')).toBeVisible()
  await expect(page.locator('[data-state=disabled]')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Redeliver' })).toBeDisabled()
  await checkAllLooks(page)

  await page.goto('/account')
  await expect(page.getByText('A webhook was switched off')).toBeVisible()
  await checkAllLooks(page)
  await page.getByRole('link', { name: 'See what happened' }).click()
  await page.getByRole('button', { name: 'Switch on' }).click()
  await expect(page.locator('[data-state=on]')).toBeVisible()
})

test('the log is narrowed, and knows nothing sent from nothing found', async ({
  page,
  receiver,
}) => {
  await register(page)
  await page.goto('/webhooks')
  await createWebhook(page, receiver.url)
  await page.getByRole('button', { name: 'Send a test' }).click()
  await expect(page.getByText(/^Delivered on/)).toBeVisible()
  await page.getByLabel('Filter by status').selectOption('Failed')
  await expect(page.getByText('No delivery matches.')).toBeVisible()
  await expect(page).toHaveURL(/status=failed/)
  await page.goBack()
  await expect(entry(page)).toContainText('webhook.test')
  await page.getByLabel('Filter by event').selectOption('job.failed')
  await page.getByRole('button', { name: 'Clear the filters' }).click()
  await expect(entry(page)).toContainText('webhook.test')

  await page.goto('/webhooks/00000000-0000-7000-8000-000000000000')
  await expect(page.getByRole('heading', { name: 'There is no such webhook' })).toBeVisible()
})

function entry(page: Page) {
  return page.getByRole('list', { name: 'Deliveries' }).getByRole('listitem').first()
}

/** Makes a webhook for every event through the form, and gives its secret. Ends on its page. */
async function createWebhook(page: Page, url: string): Promise<string> {
  await page.getByRole('button', { name: 'Create a webhook' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByLabel('URL')).toBeFocused()
  await dialog.getByLabel('URL').fill(url)
  await dialog.getByRole('button', { name: 'Create the webhook' }).click()
  await expect(dialog).toContainText('The webhook is made')
  await checkAllLooks(page)
  const secret = await takeSecret(page)
  await expect(page).toHaveURL(/\/webhooks\/[0-9a-f-]{36}$/)
  return secret
}

async function takeSecret(page: Page): Promise<string> {
  const dialog = page.getByRole('dialog')
  const secret = await copied(dialog, 'the secret')
  await dialog.getByRole('button', { name: 'I have stored it' }).click()
  await expect(dialog).toHaveCount(0)
  return secret
}
