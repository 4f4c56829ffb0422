import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { change, test } from './gallery-videos'
import { START } from './player-steps'
import { expect } from './stack'

test('the embed code plays in a page of another site, and no other page can be framed', async ({
  page,
  baseURL,
  rain,
}) => {
  await change(rain.id, { visibility: 'public' })
  await page.goto(`/watch/${rain.id}`)
  const code = await page.getByRole('textbox', { name: 'Embed code' }).inputValue()
  const site = await serve(`<!doctype html><title>A blog</title><h1>A blog</h1>${code}`)
  try {
    // To a browser localhost is another site than 127.0.0.1, where the web is.
    await page.goto(`http://localhost:${site.port}/`)
    const frame = page.frameLocator('iframe')
    await frame.getByRole('button', { name: START }).first().click()
    await expect
      .poll(() =>
        frame.locator('hls-video').evaluate((media: HTMLVideoElement) => media.currentTime),
      )
      .toBeGreaterThan(1)
    await expect(frame.getByRole('link')).toHaveCount(0)
  } finally {
    site.close()
  }

  const policy = async (path: string) =>
    (await page.request.get(`${baseURL}${path}`)).headers()['content-security-policy']
  expect(await policy(`/embed/${rain.id}`)).toContain('frame-ancestors *;')
  for (const path of ['/', `/watch/${rain.id}`, '/embedded', '/sign-in']) {
    expect(await policy(path), path).toContain("frame-ancestors 'none';")
  }
})

async function serve(html: string) {
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html')
    response.end(html)
  })
  await new Promise<void>((done) => server.listen(0, 'localhost', done))
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}
