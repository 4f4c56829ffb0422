import { change, test } from './gallery-videos'
import { START } from './player-steps'
import { expect, type Page, signIn } from './stack'

/** Kilobytes (1000 bytes) of scripts that a page may load until it rests, compressed as sent. */
const SCRIPTS = { gallery: 180, upload: 240, jobs: 265, admin: 360, watch: 475 }
/** The same of style sheets, for every page. */
const STYLES = 45

test('no page loads more scripts and styles than its budget', async ({ page, rain }) => {
  await change(rain.id, { visibility: 'public' })
  await check(page, 'gallery', '/')
  await check(page, 'watch', `/watch/${rain.id}`, () =>
    page.getByRole('button', { name: START }).click(),
  )
  await signIn(page)
  // With the menus of somebody who has an account, and of an administrator.
  await check(page, 'gallery', '/')
  await check(page, 'upload', '/upload')
  await check(page, 'jobs', '/jobs')
  await check(page, 'admin', '/admin')
})

/** Looks at a page as on a first visit, with nothing in the cache. */
async function check(
  page: Page,
  name: keyof typeof SCRIPTS,
  path: string,
  use: () => Promise<void> = async () => {},
): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true })
  await page.goto(path)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await use()
  await page.waitForLoadState('networkidle')
  const { scripts, styles } = await page.evaluate(weighed)
  expect.soft(scripts, `scripts of ${name}`).toBeLessThanOrEqual(SCRIPTS[name])
  expect.soft(styles, `styles of ${name}`).toBeLessThanOrEqual(STYLES)
  expect(Math.min(scripts / 100, styles / 20), `${name}: something was weighed`).toBeGreaterThan(1)
  await devtools.detach()
}

/** Kilobytes that the page has loaded. Runs in the page. */
function weighed(): { scripts: number; styles: number } {
  const sum = (end: string) =>
    performance
      .getEntriesByType('resource')
      .filter(({ name }) => name.split('?')[0]?.endsWith(end))
      .reduce((total, entry) => total + (entry as PerformanceResourceTiming).encodedBodySize, 0)
  return { scripts: sum('.js') / 1000, styles: sum('.css') / 1000 }
}
