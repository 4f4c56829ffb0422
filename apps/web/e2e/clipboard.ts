import { expect, type Locator } from '@playwright/test'
import type { Page } from './stack'

/** Presses “Copy …”, expects to be told that it was done, and gives what can be pasted now. */
export async function copied(within: Page | Locator, what: string): Promise<string> {
  const page = 'goto' in within ? within : within.page()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.evaluate(() => navigator.clipboard.writeText('what was there before'))
  await within.getByRole('button', { name: `Copy ${what}`, exact: true }).click()
  await expect(within.getByRole('button', { name: `Copied ${what}`, exact: true })).toBeVisible()
  return page.evaluate(() => navigator.clipboard.readText())
}
