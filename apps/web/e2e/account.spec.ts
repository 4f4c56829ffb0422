import type { Browser } from '@playwright/test'
import { createKey, statusOf, takeSecret } from './api-keys'
import { copied } from './clipboard'
import { checkAllLooks } from './looks'
import { invite, type Person, register, signInAs, somebodyNew } from './people'
import { refuse } from './refusals'
import { API, expect, type Page, test } from './stack'

test('somebody who is invited makes an account, and is told what is wrong with it first', async ({
  page,
}) => {
  await page.goto('/sign-in?next=%2Fjobs')
  await page.getByRole('link', { name: 'Create an account' }).click()
  await expect(page).toHaveURL(/\/register\?next=%2Fjobs$/)
  await expect(page.getByText('An account takes an invitation')).toBeVisible()
  await checkAllLooks(page)

  const { email, password } = somebodyNew()
  const field = (name: string) => page.getByLabel(name, { exact: true })
  const submit = page.getByRole('button', { name: 'Create the account' })
  await field('E-mail address').fill(email)
  await field('Password').fill('short')
  await field('Invitation').fill('vmi_nonsense')
  await submit.click()
  await expect(field('Invitation')).toHaveAccessibleDescription(/is not valid/)
  await expect(field('Invitation')).toBeFocused()

  await page.goto(`/register?next=%2Fjobs&invite=${await invite(page)}`)
  await expect(page.getByText('You were invited.')).toBeVisible()
  await field('E-mail address').fill(email)
  await field('Password').fill('short')
  await submit.click()
  await expect(field('Password')).toHaveAccessibleDescription(/needs at least 15 characters/)
  await expect(field('Password')).toBeFocused()
  await checkAllLooks(page)
  await field('Password').fill(password)
  await submit.click()
  await expect(page).toHaveURL(/\/jobs$/)
  await expect(page.getByRole('heading', { name: 'Jobs' })).toBeVisible()
  await expect(page.getByRole('button', { name: `Account of ${email}` })).toBeVisible()

  // And back from here, for those who have an account already.
  await page.goto('/register?next=%2Fjobs')
  await expect(page.getByText(`You are signed in as ${email}`)).toBeVisible()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fjobs$/)
})

test('an API key is made, used, replaced and revoked', async ({ page }) => {
  await register(page)
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('link', { name: 'Account', exact: true }).click()
  await page.getByRole('link', { name: 'API keys', exact: true }).first().click()
  await expect(page.getByText('No keys that work')).toBeVisible()
  await checkAllLooks(page)

  const first = await createKey(page, 'build server')
  expect(await statusOf(first)).toBe(200)
  await expect(row(page, 'build server')).toContainText('Never used')
  await page.reload()
  await expect(row(page, 'build server')).toContainText(/Last used .* from 127\.0\.0\.1/)
  await expect(row(page, 'build server')).toContainText('250 requests an hour at most')
  await expect(row(page, 'build server')).toContainText('Only from 127.0.0.1')
  await expect(page.locator('body')).not.toContainText(first)
  await checkAllLooks(page)

  await page.getByRole('button', { name: /^Replace the key build server/ }).click()
  await expect(page.getByLabel(/^The old key, /)).toBeFocused()
  await checkAllLooks(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Replace the key' }).click()
  const second = await takeSecret(page)
  expect(second).not.toBe(first)
  expect([await statusOf(first), await statusOf(second)]).toEqual([200, 200])
  await expect(page.getByText('Being replaced')).toBeVisible()

  await revoke(page, second)
  expect([await statusOf(first), await statusOf(second)]).toEqual([200, 401])
  await expect(page.getByRole('heading', { name: 'API keys' })).toBeFocused()
  await expect(page.getByRole('list', { name: 'API keys' }).getByRole('listitem')).toHaveCount(1)
  await page.getByRole('switch', { name: 'Show keys that have ended' }).click()
  await expect(page).toHaveURL(/show=all/)
  await expect(page.locator('[data-status=revoked]')).toBeVisible()
  await page.goBack()
  await expect(page.locator('[data-status=revoked]')).toHaveCount(0)
})

test('a form for a key says what is wrong, and loses nothing by it', async ({ page }) => {
  await register(page)
  await page.goto('/account/keys')
  const opener = page.getByRole('button', { name: 'Create a key' })
  await opener.click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByLabel('Name')).toBeFocused()
  await dialog.getByLabel('Name').fill('nowhere')
  await dialog.getByLabel('Works only from').fill('localhost')
  await dialog.getByRole('button', { name: 'Create the key' }).click()
  await expect(dialog.getByLabel('Works only from')).toHaveAttribute('aria-invalid', 'true')
  await expect(dialog.getByLabel('Works only from')).toBeFocused()
  await expect(dialog.getByLabel('Name')).toHaveValue('nowhere')
  await expect(dialog.getByLabel('Administer')).toHaveCount(0)
  await checkAllLooks(page)
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await expect(opener).toBeFocused()
})

test('a password is changed, which ends the other sessions', async ({ page, browser }) => {
  const person = await register(page)
  const other = await anotherSession(browser, person)
  await page.goto('/account')
  await expect(page.getByRole('main').getByText(person.email).first()).toBeVisible()
  await expect(page.getByText(/^0 of [\d,]+, 0 %$/)).toBeVisible()
  await checkAllLooks(page)

  const present = page.getByLabel('Present password', { exact: true })
  const change = page.getByRole('button', { name: 'Change the password' })
  await present.fill('not that one at all')
  await page.getByLabel('New password', { exact: true }).fill('another set of unlikely words')
  await change.click()
  await expect(present).toHaveAccessibleDescription(/old password is not right/)
  await expect(present).toBeFocused()
  await present.fill(person.password)
  await change.click()
  await expect(page.getByText('The password was changed')).toBeVisible()
  await expect(present).toHaveValue('')

  await other.goto('/account')
  await expect(other).toHaveURL(/\/sign-in/)
  await signInAs(other, { ...person, password: 'another set of unlikely words' })
  await other.context().close()
})

test('sessions are told apart, and one is ended', async ({ page, browser }) => {
  const person = await register(page)
  const other = await anotherSession(browser, person)
  await page.goto('/account/sessions')
  const sessions = page.getByRole('list', { name: 'Sessions' }).getByRole('listitem')
  await expect(sessions).toHaveCount(2)
  await expect(sessions.first()).toContainText('Chrome on Linux')
  await expect(sessions.first()).toContainText('This session')
  await expect(sessions.last()).toContainText('Firefox on Android')
  await expect(sessions.last()).toContainText('Signed in from 127.0.0.1')
  await checkAllLooks(page)

  const end = async () => {
    await page.getByRole('button', { name: /^End the session of Firefox on Android/ }).click()
    const question = page.getByRole('dialog', { name: /^End the session of Firefox on Android/ })
    await checkAllLooks(page)
    await question.getByRole('button', { name: 'End the session' }).click()
  }
  const answer = await refuse(page, { method: 'DELETE', path: '/auth/sessions/*' })
  await end()
  await expect(sessions).toHaveCount(1)
  answer()
  await expect(sessions).toHaveCount(2)
  const refused = page.getByRole('alert').filter({ hasText: 'The session was not ended' })
  await expect(refused).toContainText('It is not to be.')
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await end()
  await expect(sessions).toHaveCount(1)
  await expect(page.getByRole('list', { name: 'Sessions' })).toBeFocused()
  await other.goto('/account')
  await expect(other).toHaveURL(/\/sign-in\?next=%2Faccount$/)
  await other.context().close()
})

test('developers find the documentation, the playground and the addresses', async ({ page }) => {
  const person = await register(page)
  await page.getByRole('button', { name: /^Account of/ }).click()
  for (const name of ['API documentation', 'GraphQL playground']) {
    const address = await page.getByRole('link', { name }).getAttribute('href')
    const reply = await page.request.get(address ?? '')
    expect(reply.status(), name).toBe(200)
    expect(reply.headers()['content-type'], name).toContain('text/html')
  }
  await expect(page.getByRole('link', { name: 'Webhooks' })).toBeVisible()
  await checkAllLooks(page)

  await page.goto('/account')
  await expect(page.getByText(person.email, { exact: true })).toBeVisible()
  const ids = await copied(page, 'the account id')
  await expect(page.getByText(ids, { exact: true })).toBeVisible()
  expect(await copied(page, 'the address of the REST API')).toBe(`${API}/api/v1`)
  expect(await copied(page, 'the address of the GraphQL API')).toMatch(/^http.*\/query$/)
})

function row(page: Page, name: string) {
  return page
    .getByRole('list', { name: 'API keys' })
    .getByRole('listitem')
    .filter({ hasText: name })
}

async function revoke(page: Page, key: string): Promise<void> {
  const rows = page.getByRole('list', { name: 'API keys' }).getByRole('listitem')
  const prefixes = await rows.locator('code:first-of-type').allTextContents()
  const at = prefixes.findIndex((prefix) => key.startsWith(prefix.replace('…', '')))
  await rows
    .nth(at)
    .getByRole('button', { name: /^Revoke/ })
    .click()
  await expect(page.getByRole('dialog', { name: 'Revoke the key build server?' })).toBeVisible()
  await checkAllLooks(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke the key' }).click()
  await expect(page.getByText('The key build server was revoked.')).toBeVisible()
}

/** The same person in another browser, which says to be Firefox on a phone. */
async function anotherSession(browser: Browser, person: Person) {
  const context = await browser.newContext({
    userAgent: 'Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0',
  })
  const page = await context.newPage()
  await signInAs(page, person)
  return page
}
