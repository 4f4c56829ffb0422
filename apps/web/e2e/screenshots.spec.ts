import { join } from 'node:path'
import { ask, waitForJob } from './administration'
import { change } from './gallery-videos'
import { invite } from './people'
import { START } from './player-steps'
import { publish } from './published'
import { startReceiver } from './receiver'
import { expect, expectStatus, followJob, type Page, required, signIn, test } from './stack'

/** Pictures of every page for docs/ui; runs only when SCREENSHOTS_DIR says where they go. */
test('pictures of every page', async ({ page }) => {
  test.slow()
  await page.goto('/sign-in')
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await picture(page, 'sign-in')

  await signIn(page)
  await picture(page, 'upload')
  await page.getByLabel('Choose files').setInputFiles(required('E2E_CLIP'))
  await expect(page.getByText(/^Uploaded, /)).toBeVisible()
  await expect(page.locator('[data-from] img')).toBeVisible()
  await picture(page, 'uploaded')

  await followJob(page)
  await expect(page.getByLabel('Progress of 720p')).toBeVisible({ timeout: 60_000 })
  await picture(page, 'job-processing')
  await expectStatus(page, 'completed')
  // Without the tray of uploads, which a new document begins without.
  await page.reload()
  const player = page.locator('hls-video')
  await expect(player).toBeVisible()
  await player.evaluate(async (video: HTMLVideoElement) => {
    video.muted = true
    await video.play()
  })
  await expect
    .poll(() => player.evaluate((video: HTMLVideoElement) => video.currentTime))
    .toBeGreaterThan(1.5)
  await player.evaluate((video: HTMLVideoElement) => video.pause())
  await picture(page, 'job')

  await page.goto('/jobs')
  await expect(page.getByRole('list', { name: 'Jobs' })).toBeVisible()
  await picture(page, 'jobs')
  await page
    .getByRole('checkbox', { name: /^Select .+\.mp4$/ })
    .first()
    .check()
  await picture(page, 'jobs-selected')
})

test('pictures of the gallery, and of what belongs to it', async ({ page }) => {
  test.slow()
  const tags = ['test card', 'colour']
  for (const [title, category] of [
    ['Six seconds of colour', 'Reference'],
    ['The same, a little later', 'Reference'],
    ['A counter and a cross', 'Art'],
  ]) {
    const { video_id } = await publish(required('E2E_CLIP'))
    const description = 'Made by FFmpeg.\n\nFree to use.'
    await change(video_id, { title, category, tags, description, visibility: 'public' })
  }
  await page.goto('/')
  await picture(page, 'gallery')
  await page.getByRole('link', { name: 'Six seconds of colour' }).click()
  await expect(page.getByRole('button', { name: START })).toBeEnabled()
  await picture(page, 'watch')
  await page.getByRole('button', { name: 'Shortcuts' }).click()
  await expect(page.getByRole('dialog')).toContainText('Play or pause')
  await picture(page, 'shortcuts')
  await page.goto('/watch/no-id')
  await picture(page, 'no-video')

  await signIn(page)
  await page.goto('/videos')
  await page.getByLabel('Select A counter and a cross').check()
  await picture(page, 'videos')
  await page.getByRole('link', { name: 'A counter and a cross', exact: true }).click()
  await expect(page.getByLabel('Title')).toBeVisible()
  await picture(page, 'video-edit')
})

test('pictures of the account and of webhooks', async ({ page }) => {
  test.slow()
  const receiver = await startReceiver()
  await page.goto(`/register?invite=${await invite(page)}`)
  await expect(page.getByText('You were invited.')).toBeVisible()
  await picture(page, 'register')

  await signIn(page)
  await page.goto('/account')
  await expect(page.getByText('Jobs today')).toBeVisible()
  await picture(page, 'account')
  await page.goto('/account/sessions')
  await expect(page.getByText('This session')).toBeVisible()
  await picture(page, 'sessions')
  await page.goto('/account/usage?metric=requests')
  await expect(page.getByText('Requests in 30 days')).toBeVisible()
  await picture(page, 'usage')

  await page.goto('/account/keys')
  await page.getByRole('button', { name: 'Create a key' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('build server')
  await picture(page, 'key-form')
  await page.getByRole('dialog').getByRole('button', { name: 'Create the key' }).click()
  await expect(page.getByRole('button', { name: 'Copy the API key' })).toBeVisible()
  await picture(page, 'key-made')
  await page.getByRole('button', { name: 'I have stored it' }).click()
  await picture(page, 'keys')

  await page.goto('/webhooks')
  await page.getByRole('button', { name: 'Create a webhook' }).click()
  await page.getByRole('dialog').getByLabel('URL').fill(receiver.url)
  await picture(page, 'webhook-form')
  await page.getByRole('dialog').getByRole('button', { name: 'Create the webhook' }).click()
  await page.getByRole('button', { name: 'I have stored it' }).click()
  receiver.answerWith(503)
  await page.getByRole('button', { name: 'Send a test' }).click()
  await expect(page.getByRole('list', { name: 'Attempts' })).toContainText('Answered 503')
  await expect(page.locator('[data-state=failing]')).toBeVisible()
  await picture(page, 'webhook')
  await page.goto('/webhooks')
  await expect(page.getByRole('list', { name: 'Webhooks' })).toBeVisible()
  await picture(page, 'webhooks')
  await receiver.stop()
})

test('pictures of administration and presets', async ({ page }) => {
  test.slow()
  await ask('POST', '/admin/invites', { email: 'ada@example.com' })
  // Nobody answers there: its task fails until its attempts are spent.
  const { body: lost } = await ask('POST', '/jobs', { url: 'http://127.0.0.1:9/lost.mp4' })
  await waitForJob(lost.id, 'failed')
  await signIn(page)
  await page.goto('/admin?by=minute')
  await expect(page.getByRole('region', { name: 'Key figures' })).toBeVisible()
  await expect(page.getByText(/in the last hour/)).toBeVisible()
  await picture(page, 'admin')
  for (const [path, list] of [
    ['jobs', 'Everybody’s jobs'],
    ['workers', 'Workers'],
    ['dead-letters?code=outbound_failed', 'Letters of outbound_failed'],
    ['users', 'Accounts'],
    ['invitations', 'Invitations'],
  ] as const) {
    await page.goto(`/admin/${path}`)
    await expect(page.getByRole('list', { name: list })).toBeVisible()
    await picture(page, `admin-${path.replace(/\?.*/, '')}`)
  }
  await page.goto('/presets')
  await expect(page.getByRole('link', { name: 'Duplicate web' })).toBeVisible()
  await picture(page, 'presets')
  await page.goto('/presets/new?from=web')
  await expect(page.getByRole('heading', { name: 'A copy of web' })).toBeVisible()
  await picture(page, 'preset')
})

/** Light at both widths, dark at one: name.png, name-phone.png, name-dark.png. */
async function picture(page: Page, name: string): Promise<void> {
  const looks = [
    { suffix: '-phone', colorScheme: 'light', width: 390 },
    { suffix: '-dark', colorScheme: 'dark', width: 1280 },
    { suffix: '', colorScheme: 'light', width: 1280 },
  ] as const
  for (const { suffix, colorScheme, width } of looks) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 800 })
    const path = join(required('SCREENSHOTS_DIR'), `${name}${suffix}.png`)
    // What is behind a dialog is shaded as far as the window goes.
    const fullPage = (await page.getByRole('dialog').count()) === 0
    // Colours that are on their way from the look before have arrived.
    await page.screenshot({ path, fullPage, animations: 'disabled' })
  }
}
