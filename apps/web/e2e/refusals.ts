import type { Page } from './stack'

interface Refusal {
  method: string
  /** Below /api/v1, with stars as Playwright knows them. */
  path: string
  detail?: string
}

/**
 * Has the server refuse such calls with 404. The answer is held back until the function that this
 * gives is called, so that what the page shows before it knows can be looked at.
 */
export async function refuse(
  page: Page,
  { method, path, detail = 'It is not to be.' }: Refusal,
): Promise<() => void> {
  let answer = () => {}
  const answered = new Promise<void>((resolve) => {
    answer = resolve
  })
  await page.route(`**/api/v1${path}`, async (route) => {
    if (route.request().method() !== method) {
      await route.fallback()
      return
    }
    await answered
    await route.fulfill({
      status: 404,
      headers: {
        'Access-Control-Allow-Origin': new URL(page.url()).origin,
        'Access-Control-Allow-Credentials': 'true',
      },
      contentType: 'application/problem+json',
      body: JSON.stringify({ code: 'not_found', detail }),
    })
  })
  return answer
}
