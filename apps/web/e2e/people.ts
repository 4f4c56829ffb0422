import { randomUUID } from 'node:crypto'
import { API, expect, type Page, required } from './stack'

export interface Person {
  email: string
  password: string
}

export function somebodyNew(): Person {
  return { email: `${randomUUID()}@example.com`, password: `three unlikely words ${randomUUID()}` }
}

/** The code of a new invitation, as an administrator makes it. */
export async function invite(page: Page): Promise<string> {
  const reply = await page.request.post(`${API}/api/v1/admin/invites`, {
    headers: { 'X-API-Key': required('ADMIN_API_KEY') },
    data: {},
  })
  expect(reply.status()).toBe(201)
  return (await reply.json()).token
}

/** Makes an account through the form, and ends on the upload page, signed in. */
export async function register(page: Page): Promise<Person> {
  const person = somebodyNew()
  await page.goto(`/register?invite=${await invite(page)}`)
  await page.getByLabel('E-mail address').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Create the account' }).click()
  await expect(page.getByRole('heading', { name: 'Upload videos' })).toBeVisible()
  return person
}

/** Signs in as this person through the form, whoever was signed in before. */
export async function signInAs(page: Page, { email, password }: Person): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Upload videos' })).toBeVisible()
}
