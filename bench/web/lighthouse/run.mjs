/**
 * Looks at pages with Lighthouse, as a desktop and as a phone, and prints a line of JSON for each look:
 * name, form, the three scores in percent, how fast the machine was, and what kept one below 100 where
 * it must not be.
 *
 *     node run.mjs '{"chromium": …, "flags": […], "cookie": …, "runs": 3, "pages": [{"name": …, "url": …, "own": true}]}'
 *
 * Rounds go through all pages, so that a busy minute of the machine spoils no page alone.
 */
import { launch } from 'chrome-launcher'
import lighthouse, { desktopConfig } from 'lighthouse'

const { chromium, flags, cookie, runs, pages } = JSON.parse(process.argv[2])
const CATEGORIES = ['performance', 'accessibility', 'best-practices']
const FORMS = { desktop: desktopConfig, phone: undefined }

const browser = await launch({
  chromePath: chromium,
  chromeFlags: ['--headless=new', ...flags],
  logLevel: 'error',
})
try {
  for (let run = 0; run < runs; run++) {
    for (const page of pages) {
      for (const [form, config] of Object.entries(FORMS)) await look(page, form, config)
    }
  }
} finally {
  browser.kill()
}

async function look({ name, url, own }, form, config) {
  const options = {
    port: browser.port,
    logLevel: 'error',
    onlyCategories: CATEGORIES,
    extraHeaders: own ? { Cookie: cookie } : {},
  }
  const { lhr } = await lighthouse(url, options, config)
  if (lhr.runtimeError) throw new Error(`${name}: ${lhr.runtimeError.message}`)
  const scores = CATEGORIES.map((id) => Math.round(100 * lhr.categories[id].score))
  const metrics = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time']
  console.log(
    JSON.stringify({
      name,
      form,
      scores: Object.fromEntries(CATEGORIES.map((id, n) => [id, scores[n]])),
      milliseconds: metrics.map((id) => Math.round(lhr.audits[id].numericValue)),
      shift: lhr.audits['cumulative-layout-shift'].numericValue,
      host: lhr.environment.benchmarkIndex,
      failed: failures(lhr),
    }),
  )
}

/** Every audit that took points from accessibility or best practices, with what it points at. */
function failures(lhr) {
  return ['accessibility', 'best-practices'].flatMap((id) =>
    lhr.categories[id].auditRefs
      .filter(({ weight, id: audit }) => weight > 0 && (lhr.audits[audit].score ?? 1) < 1)
      .map(({ id: audit }) => {
        const items = lhr.audits[audit].details?.items ?? []
        const told = items.slice(0, 3).map((item) => item.node?.selector ?? item.description ?? item.url)
        return `${audit}: ${told.join(', ')}`
      }),
  )
}
