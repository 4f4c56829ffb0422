import { copied } from './clipboard'
import { checkAllLooks } from './looks'
import { API, expect, type Page } from './stack'

/** Makes a key through the form, and gives what was shown once. */
export async function createKey(page: Page, name: string): Promise<string> {
  await page.getByRole('button', { name: 'Create a key' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('Requests an hour').fill('250')
  await dialog.getByLabel('Works only from').fill('127.0.0.1')
  await dialog.getByRole('button', { name: 'Create the key' }).click()
  await expect(dialog).toContainText(`The key ${name} is made`)
  await checkAllLooks(page)
  return takeSecret(page)
}

/** Copies the secret that the dialog shows, and closes it. */
export async function takeSecret(page: Page): Promise<string> {
  const dialog = page.getByRole('dialog')
  const secret = await copied(dialog, 'the API key')
  expect(await copied(dialog, 'the curl command')).toBe(
    `curl -H 'X-API-Key: ${secret}' ${API}/api/v1/jobs`,
  )
  // A slip does not lose it.
  await page.keyboard.press('Escape')
  await expect(dialog).toContainText(secret)
  await dialog.getByRole('button', { name: 'I have stored it' }).click()
  await expect(dialog).toHaveCount(0)
  return secret
}

/** What the API answers to whoever sends this key. */
export async function statusOf(key: string): Promise<number> {
  const reply = await fetch(`${API}/api/v1/jobs`, { headers: { 'X-API-Key': key } })
  return reply.status
}
