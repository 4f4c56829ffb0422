import {
  type Account,
  ask,
  newAccount,
  openAdministration,
  uploadNotVideo,
  waitForJob,
} from './administration'
import { copied } from './clipboard'
import { checkAllLooks } from './looks'
import { expect, required, test } from './stack'

test('everybody’s jobs are narrowed, and failed ones restarted', async ({ page }) => {
  const owner = await newAccount('owner')
  const { body: job } = await ask(
    'POST',
    '/jobs',
    { video_id: await uploadNotVideo(owner.key) },
    owner.key,
  )
  await waitForJob(job.id, 'failed')
  await openAdministration(page)
  await page.getByRole('link', { name: 'Accounts', exact: true }).click()
  await page.getByLabel('Search by e-mail address').fill(owner.email)
  await expect(page).toHaveURL(/search=owner-/)
  await page.getByRole('link', { name: `jobs of ${owner.email}` }).click()
  await expect(page).toHaveURL(new RegExp(`owner=${owner.id}`))
  const list = page.getByRole('list', { name: 'Everybody’s jobs' })
  await expect(list.locator('> li')).toHaveCount(1)
  await checkAllLooks(page)

  await page.getByRole('button', { name: 'Restart failed' }).click()
  const question = page.getByRole('dialog', { name: `Restart 1 failed job of ${owner.email}?` })
  await checkAllLooks(page)
  await question.getByRole('button', { name: 'Restart them' }).click()
  await expect(page.getByText(`1 failed job of ${owner.email} starts again.`)).toBeVisible()
  await page.getByLabel('Filter by status').selectOption('completed')
  await expect(page.getByText('No job matches')).toBeVisible()
  await page.goBack()
  await expect(list.locator('> li')).toHaveCount(1)

  await page.getByRole('button', { name: 'Delete old jobs' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete old jobs of everybody' })
  await expect(dialog).toContainText('No job ended that long ago.')
  await expect(dialog.getByRole('button', { name: 'Delete jobs' })).toBeDisabled()
  await checkAllLooks(page)
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
})

test('an account gets a quota and is switched off, and the last administrator stays', async ({
  page,
}) => {
  const bob = await newAccount('bob')
  await openAdministration(page)
  await page.goto(`/admin/users?search=${encodeURIComponent(bob.email)}`)
  const row = page.getByRole('list', { name: 'Accounts' }).locator('> li')
  await expect(row).toHaveCount(1)
  await checkAllLooks(page)
  await page.getByRole('button', { name: `Change ${bob.email}` }).click()
  const dialog = page.getByRole('dialog', { name: `Change ${bob.email}` })
  await dialog.getByLabel('Jobs a day', { exact: true }).selectOption('A limit of its own')
  await dialog.getByLabel('Jobs a day at most').fill('7')
  await checkAllLooks(page)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText(`${bob.email} was changed.`)).toBeVisible()
  await expect(row).toContainText('0 of 7 jobs today')
  expect((await ask('GET', `/admin/users/${bob.id}`)).body).toMatchObject({
    quota_jobs_per_day: 7,
    quota_stored_bytes: null,
  })

  await page.getByRole('button', { name: `Change ${bob.email}` }).click()
  await dialog.getByLabel('Can be used').uncheck()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(row).toContainText('Switched off')
  expect((await ask('GET', '/jobs', undefined, bob.key)).status).toBe(401)

  await page.goto(`/admin/users?role=admin`)
  const self = required('ADMIN_EMAIL')
  await page.getByRole('button', { name: `Change ${self}` }).click()
  const own = page.getByRole('dialog', { name: `Change ${self}` })
  await own.getByLabel('Role').selectOption('user')
  await own.getByRole('button', { name: 'Save' }).click()
  await expect(own.getByRole('alert')).toContainText(await lastAdminRefusal(self))
})

test('an invitation’s link makes an account, and one that is taken back does not', async ({
  page,
}) => {
  await openAdministration(page)
  await page.getByRole('link', { name: 'Invitations' }).click()
  const made: string[] = []
  for (const email of ['one', 'two'].map((name) => `${name}-${Date.now()}@example.com`)) {
    await page.getByRole('button', { name: 'Invite somebody' }).click()
    const dialog = page.getByRole('dialog', { name: 'Invite somebody' })
    await dialog.getByLabel('E-mail address').fill(email)
    await checkAllLooks(page)
    await dialog.getByRole('button', { name: 'Make the link' }).click()
    const link = await copied(dialog, 'the invitation’s link')
    expect(link).toMatch(/\/register\?invite=vmi_/)
    await checkAllLooks(page)
    await dialog.getByRole('button', { name: 'Done' }).click()
    made.push(email, new URL(link).searchParams.get('invite') ?? '')
  }
  const [one = '', oneToken, two = '', twoToken] = made
  await page.getByRole('button', { name: `Take back the invitation of ${two}` }).click()
  const question = page.getByRole('dialog', { name: `Take the invitation of ${two} back?` })
  await question.getByRole('button', { name: 'Take it back' }).click()
  await expect(page.getByText(`The invitation of ${two} was taken back.`)).toBeVisible()
  const row = page
    .getByRole('list', { name: 'Invitations' })
    .locator('> li')
    .filter({ hasText: two })
  await expect(row).toContainText('Taken back')
  await checkAllLooks(page)

  const password = 'several words of nobody else'
  const first = await ask('POST', '/auth/register', { email: one, password, invite: oneToken })
  expect(first.status).toBe(201)
  const second = await ask('POST', '/auth/register', { email: two, password, invite: twoToken })
  expect([second.status, second.body.code]).toEqual([403, 'invalid_invite'])
})

/** The sentence that the API has for who takes the rights of the last administrator. */
async function lastAdminRefusal(email: string): Promise<string> {
  const { body: page } = await ask('GET', `/admin/users?search=${encodeURIComponent(email)}`)
  const [account] = page.items as Account[]
  const { status, body } = await ask('PATCH', `/admin/users/${account?.id}`, { role: 'user' })
  expect([status, body.code]).toEqual([409, 'last_admin'])
  return body.detail
}
