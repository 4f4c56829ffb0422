import { createServer } from 'node:http'
import { newAccount, unusedWord } from './api-calls'
import { checkAllLooks } from './looks'
import { GRAPHQL, listening, secondWeb } from './second-web'
import { expect, type Page, signIn, test } from './stack'

/** Where there is a list, what it says while it has nothing, and what when nothing matches. */
const OWN = [
  // Its first rows come with the page, but of days: those the browser alone can tell.
  {
    path: '/jobs',
    reading: '/jobs?from=2020-01-01',
    none: 'No jobs yet',
    search: 'No job matches',
  },
  { path: '/videos', none: 'No videos yet', search: 'No video matches' },
  { path: '/presets', none: /^None yet\. Duplicate/ },
  { path: '/webhooks', none: 'No webhooks yet' },
  { path: '/account/keys', none: 'No keys that work' },
  { path: '/account/keys?show=all', none: 'No keys yet' },
  { path: '/account/usage', none: /^Nothing in these days\./ },
]

test('every list of one’s own says that it is read, that there is nothing yet, or that nothing matches', async ({
  page,
}) => {
  await signIn(page, await newAccount({}))
  for (const { path, reading, none, search } of OWN) {
    await readInSight(page, reading ?? path)
    if (reading) await page.goto(path)
    await expect(page.getByText(none)).toBeVisible()
    await checkAllLooks(page)
    if (!search) continue
    await expect(page.getByText(search)).toBeHidden()
    await page.goto(`${path}?search=${unusedWord()}`)
    await expect(page.getByText(search)).toBeVisible()
    await expect(page.getByText(none)).toBeHidden()
    await page.getByRole('button', { name: 'Clear the filters' }).click()
    await expect(page.getByText(none)).toBeVisible()
  }
  await readInSight(page, '/account/sessions')
  await expect(page.getByRole('list', { name: 'Sessions' })).toContainText('This session')
})

/** On a server that others use too nothing is empty for long: these are told so by the answer alone. */
const EVERYBODYS = [
  {
    path: '/admin/jobs',
    answer: '**/api/v1/admin/jobs?*',
    none: 'No jobs yet',
    search: 'No job matches',
  },
  { path: '/admin/users', search: 'No account matches' },
  { path: '/admin/invitations', answer: '**/api/v1/admin/invites*', none: 'No invitations yet' },
  { path: '/admin/workers' },
  { path: '/admin/dead-letters' },
]

test('every list of everybody’s does so too', async ({ page }) => {
  await signIn(page)
  for (const { path, answer, none, search } of EVERYBODYS) {
    await readInSight(page, path)
    if (search) {
      await page.goto(`${path}?search=${unusedWord()}`)
      await expect(page.getByText(search)).toBeVisible()
      await checkAllLooks(page)
    }
    if (!answer || !none) continue
    await page.route(answer, async (route) => {
      const response = await route.fetch()
      const read = await response.json()
      const json = { ...read, items: [], total: 0, next_cursor: null }
      await route.fulfill({ response, json })
    })
    await page.goto(path)
    await expect(page.getByText(none)).toBeVisible()
    if (search) await expect(page.getByText(search)).toBeHidden()
    await checkAllLooks(page)
    await page.unrouteAll({ behavior: 'ignoreErrors' })
  }
})

test.describe('a page of the web’s own server', () => {
  test.use({ provoked: [/status of 500|Server Components render|React error #441/] })

  test('says that it failed, and tries again', async ({ page }) => {
    const graphql = brokenGraphql()
    const web = await secondWeb({ GRAPHQL_INTERNAL_URL: await listening(graphql.server) })
    try {
      await page.goto(`${web.url}/`)
      await expect(page.getByText('The gallery could not be read')).toBeVisible()
      await checkAllLooks(page)
      await page.goto(`${web.url}/watch/00000000-0000-7000-8000-000000000000`)
      await expect(page.getByRole('heading', { name: 'This page failed' })).toBeVisible()
      await checkAllLooks(page)
      graphql.mend()
      await page.getByRole('button', { name: 'Try again' }).click()
      await expect(page.getByRole('heading', { name: 'There is no such video' })).toBeVisible()
    } finally {
      // The page would ask on for what its links lead to, and say that nobody answers.
      await page.goto('about:blank')
      await web.stop()
      graphql.server.close()
    }
  })
})

/** The real GraphQL, which fails until it is mended. */
function brokenGraphql() {
  let mended = false
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray())
    const headers = { 'Content-Type': 'application/json' }
    const answer = mended && (await fetch(`${GRAPHQL}/query`, { method: 'POST', headers, body }))
    if (answer) response.writeHead(answer.status, headers).end(await answer.text())
    else response.writeHead(503).end('not today')
  })
  return {
    server,
    mend: () => {
      mended = true
    },
  }
}

/** Opens the page, and sees that it is read before it has been: the answers wait for that. */
async function readInSight(page: Page, path: string): Promise<void> {
  let answer = () => {}
  const answered = new Promise<void>((resolve) => {
    answer = resolve
  })
  // All but who is signed in, without which there is no page.
  await page.route(/\/query$|\/api\/v1\/(?!auth\/me)/, async (route) => {
    await answered
    await route.fallback()
  })
  await page.goto(path)
  const skeletons = page.locator('main .mantine-Skeleton-root')
  await expect(skeletons.first()).toBeVisible()
  answer()
  await expect(skeletons).toHaveCount(0)
  await page.unrouteAll({ behavior: 'ignoreErrors' })
}
