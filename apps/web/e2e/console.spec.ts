import { API, expect, type Page, required, test } from './stack'

const GRAPHQL = process.env.GRAPHQL_PUBLIC_URL ?? 'http://127.0.0.1:8081'

/** The pages that the services themselves serve: the playground and the documentation. */
test('the playground documents, explores and runs a query with a key', async ({ page }) => {
  await page.goto(`${GRAPHQL}/`)
  await typeHeaders(page, { 'X-API-Key': required('ADMIN_API_KEY') })
  await page.getByRole('button', { name: /^Execute query/ }).click()
  const answer = page.getByRole('region', { name: 'Result Window' })
  await expect(answer).toContainText('"systemMetrics"')
  await expect(answer).toContainText(required('ADMIN_EMAIL'))
  await expect(answer).not.toContainText('"errors"')

  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click()
  await page.getByRole('link', { name: 'Query', exact: true }).click()
  await expect(page.getByRole('link', { name: 'jobsConnection' })).toBeVisible()
  await page.getByRole('button', { name: 'Show GraphiQL Explorer' }).click()
  await expect(page.locator('.graphiql-explorer-root')).toContainText('jobsConnection')
})

test('the playground tells somebody without a key what is missing', async ({ page }) => {
  await page.goto(`${GRAPHQL}/`)
  await page.getByRole('button', { name: /^Execute query/ }).click()
  const answer = page.getByRole('region', { name: 'Result Window' })
  await expect(answer).toContainText('unauthenticated')
})

test('the documentation takes a key and runs an operation with it', async ({ page }) => {
  await page.goto(`${API}/docs`)
  await expect(page.getByRole('heading', { name: /^Vidmill/ })).toBeVisible()
  await page.getByRole('button', { name: 'Authorize' }).first().click()
  const dialog = page.locator('.dialog-ux')
  const scheme = dialog.locator('.auth-container').filter({ hasText: 'X-API-Key' })
  await scheme.getByRole('textbox').fill(required('ADMIN_API_KEY'))
  await scheme.getByRole('button', { name: 'Apply credentials' }).click()
  await dialog.getByRole('button', { name: 'Close' }).first().click()

  const operation = page.locator('.opblock-get').filter({
    has: page.locator('[data-path="/api/v1/jobs"]'),
  })
  await operation.locator('.opblock-summary-control').click()
  await operation.getByRole('button', { name: 'Try it out' }).click()
  await operation.getByRole('button', { name: 'Execute' }).click()
  const reply = operation.locator('.live-responses-table')
  await expect(reply.locator('.response-col_status').last()).toContainText('200')
  await expect(reply).toContainText('items')
})

/** Puts these into GraphiQL's pane of headers, as a person who selects all and types. */
async function typeHeaders(page: Page, headers: Record<string, string>): Promise<void> {
  const editors = page.getByRole('region', { name: 'Headers' }).locator('.CodeMirror')
  const editor = editors.filter({ visible: true })
  await editor.click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText(JSON.stringify(headers))
}
