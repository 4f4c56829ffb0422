const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * The same page under the host name that the API has, or null when it has it already.
 *
 * To a browser `localhost` and `127.0.0.1` are two sites: the session cookie that the API sets for
 * one is not sent from a page of the other, and signing in would seem to do nothing.
 */
export function canonicalLoopbackUrl(pageUrl: string, apiUrl: string): string | null {
  const page = new URL(pageUrl)
  const wanted = new URL(apiUrl).hostname
  if (page.hostname === wanted || !LOOPBACK.has(page.hostname) || !LOOPBACK.has(wanted)) return null
  page.hostname = wanted
  return page.href
}
