import { change, test, uploaded, word } from './gallery-videos'
import { checkAllLooks } from './looks'
import { refuse } from './refusals'
import { expect, type Page, signIn } from './stack'

test('the owner describes a video, and what somebody else saved meanwhile is not lost', async ({
  page,
  rain,
}) => {
  await change(rain.id, { visibility: 'private', tags: [], category: null })
  await signIn(page)
  await page.goto(`/watch/${rain.id}`)
  await page.getByRole('link', { name: 'Edit' }).click()
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled()
  await page.getByLabel('Title').fill('  ')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Give it a title')).toBeVisible()
  await page.getByLabel('Title').fill(`Snow over ${rain.title}`)
  await page.getByRole('combobox', { name: 'Tags' }).fill('Winter,Cold,')
  await page.getByLabel('Category').fill('Weather')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('heading', { name: `Snow over ${rain.title}` })).toBeVisible()

  await page.getByLabel('Description').fill('Mine.')
  await change(rain.id, { title: 'Theirs', description: 'Theirs.' })
  await page.getByRole('button', { name: 'Save' }).click()
  const conflict = page.getByRole('alert').filter({ hasText: 'It was changed meanwhile' })
  await expect(conflict).toContainText('it is called “Theirs” now')
  await expect(page.getByLabel('Description')).toHaveValue('Mine.')
  await conflict.getByRole('button', { name: 'Save mine' }).click()
  await expect(conflict).toBeHidden()
  await page.reload()
  await expect(page.getByLabel('Description')).toHaveValue('Mine.')
  await expect(page.getByText('winter', { exact: true })).toBeVisible()
  await expect(page.getByText('cold', { exact: true })).toBeVisible()
  await change(rain.id, { title: rain.title, description: 'Two languages\nof rain.' })
})

test('a picture of the owner’s own becomes the poster, and goes again', async ({ page, rain }) => {
  await signIn(page)
  await page.goto(`/videos/${rain.id}`)
  const panel = page.getByRole('region', { name: 'Thumbnail' })
  const input = panel.locator('input[type=file]')
  await input.setInputFiles({ name: 'a.gif', mimeType: 'image/gif', buffer: Buffer.from('GIF89a') })
  await expect(panel.getByRole('alert')).toContainText('“a.gif” is no picture that can be used')

  const picture = await page.screenshot({ type: 'png' })
  await input.setInputFiles({ name: 'still.png', mimeType: 'image/png', buffer: picture })
  await expect(panel.getByRole('status')).toHaveText('Your own picture.', { timeout: 30_000 })
  await expect(panel.getByRole('alert')).toBeHidden()
  const preview = panel.getByRole('img', { name: 'Thumbnail of this video' })
  await expect(preview).toHaveAttribute('src', /thumb_custom\.jpg\?v=/)
  await expect
    .poll(() => preview.evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBe(1280)
  // The list shows a small one of it.
  await page.goto('/videos')
  const row = page.getByRole('listitem').filter({ hasText: rain.title })
  const small = row.locator('img')
  await expect(small).toHaveAttribute('src', /thumb_custom_small\.jpg\?v=/)
  await expect.poll(() => small.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(320)
  await page.goto(`/videos/${rain.id}`)
  await panel.getByRole('button', { name: 'Remove mine' }).click()
  await expect(preview).not.toHaveAttribute('src', /thumb_custom/)
  await expect(panel.getByRole('status')).toContainText('A still of the video.')
})

test('the owner’s list is searched and filtered, and several are changed and deleted', async ({
  page,
}) => {
  const name = word()
  const [first, second] = [`Alpha ${name}`, `Beta ${name}`]
  await uploaded(first)
  await uploaded(second, { visibility: 'unlisted' })
  await signIn(page)
  await page.goto('/videos')
  await page.getByLabel('Search my videos').fill(name)
  await expect(page.getByRole('status').filter({ hasText: '2 videos found' })).toBeVisible()
  await page.getByLabel('Filter by visibility').selectOption('Unlisted')
  await expect(page).toHaveURL(/visibility=unlisted/)
  const rows = page.getByRole('list', { name: 'My videos' }).getByRole('listitem')
  await expect(rows).toHaveCount(1)
  await expect(rows).toContainText(second)
  await page.goBack()
  await expect(rows).toHaveCount(2)

  await page.getByLabel('Select all').check()
  await expect(page.getByText('2 selected')).toBeVisible()
  await page.getByRole('button', { name: 'Make public' }).click()
  await expect(rows.locator('[data-visibility=public]')).toHaveCount(2)
  await expect(page.getByText('2 videos: each is now public.')).toBeVisible()

  await page.getByRole('button', { name: `Actions for ${first}` }).click()
  await page.getByRole('menuitem', { name: 'Make private' }).click()
  await expect(rows.locator('[data-visibility=private]')).toHaveCount(1)

  await page.getByRole('button', { name: `Actions for ${first}` }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  const dialog = page.getByRole('dialog', { name: `Delete “${first}”?` })
  await dialog.getByRole('button', { name: 'Keep it' }).click()
  await expect(dialog).toBeHidden()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  const both = page.getByRole('dialog', { name: 'Delete 2 videos?' })
  await expect(both).toContainText(first)
  await expect(both).toContainText(second)
  await checkAllLooks(page)
  await both.getByRole('button', { name: 'Delete 2 videos' }).click()
  await expect(page.getByText('No video matches')).toBeVisible()
})

test('a change that the server refuses is taken back and explained', async ({ page }) => {
  const title = `Gamma ${word()}`
  const { id } = await uploaded(title)
  await signIn(page)
  await page.goto(`/videos?search=${encodeURIComponent(title)}`)
  const answer = await refuse(page, {
    method: 'PATCH',
    path: `/videos/${id}`,
    detail: 'There is no such video.',
  })
  await page.getByRole('button', { name: `Actions for ${title}` }).click()
  await page.getByRole('menuitem', { name: 'Make public' }).click()
  await expect(page.locator('[data-visibility=public]')).toHaveCount(1)
  answer()
  await expect(page.getByRole('alert').filter({ hasText: 'was not changed' })).toContainText(
    'There is no such video.',
  )
  await expect(page.locator('[data-visibility=private]')).toHaveCount(1)
})

test('the job of a video leads to the page where it is watched', async ({ page, rain }) => {
  await signIn(page)
  await page.goto(`/jobs/${rain.jobId}`)
  await page.getByRole('link', { name: /^Watch page/ }).click()
  await expect(page).toHaveURL(new RegExp(`/watch/${rain.id}$`))
  await page.getByRole('button', { name: 'Download' }).click()
  await expect(page.getByRole('menuitem', { name: /^720p, MP4/ })).toBeVisible()
  await checkAllLooks(page)
  await page.getByRole('menuitem', { name: 'All files, on its job’s page' }).click()
  await expect(page).toHaveURL(new RegExp(`/jobs/${rain.jobId}$`))
})

test('the pages of an owner break no rule in any look', async ({ page, rain }) => {
  test.slow()
  await signIn(page)
  await page.goto('/videos')
  await expect(page.getByRole('link', { name: rain.title, exact: true })).toBeVisible()
  await page.getByLabel(`Select ${rain.title}`).check()
  await checkAllLooks(page)
  await openAndCheck(page, `Actions for ${rain.title}`)
  await page.goto('/videos?search=nothing+like+that')
  await expect(page.getByText('No video matches')).toBeVisible()
  await checkAllLooks(page)
  await page.goto(`/videos/${rain.id}`)
  await expect(page.getByLabel('Title')).toBeVisible()
  await checkAllLooks(page)
  await page.getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await checkAllLooks(page)
  await page.goto('/videos/00000000-0000-7000-8000-000000000000')
  await expect(page.getByRole('heading', { name: 'There is no such video of yours' })).toBeVisible()
  await checkAllLooks(page)
})

async function openAndCheck(page: Page, button: string): Promise<void> {
  await page.getByRole('button', { name: button }).click()
  await expect(page.getByRole('menuitem').first()).toBeVisible()
  await checkAllLooks(page)
}
