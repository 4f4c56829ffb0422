import { type NextRequest, NextResponse } from 'next/server'
import { canonicalLoopbackUrl } from '@/lib/canonical-host'
import { readConfig } from '@/lib/config'
import { contentSecurityPolicy } from '@/lib/content-security-policy'

/** Runs before every page: settles the host name, and gives the response its security headers. */
export function proxy(request: NextRequest): NextResponse {
  const config = readConfig(process.env)
  const canonical = canonicalLoopbackUrl(requestedUrl(request), config.apiUrl)
  if (canonical) return NextResponse.redirect(canonical, 307)

  const nonce = Buffer.from(crypto.randomUUID()).toString('base64')
  const development = process.env.NODE_ENV === 'development'
  const policy = contentSecurityPolicy(config, nonce, development, framedBy(request.nextUrl))
  const headers = new Headers(request.headers)
  headers.set('x-nonce', nonce)
  // Next finds the nonce for its own scripts in the policy of the request.
  headers.set('Content-Security-Policy', policy)

  const response = NextResponse.next({ request: { headers } })
  response.headers.set('Content-Security-Policy', policy)
  response.headers.set('X-Content-Type-Options', 'nosniff')
  response.headers.set('Referrer-Policy', 'strict-origin-when-cross-origin')
  response.headers.set('Permissions-Policy', 'camera=(), microphone=(), geolocation=()')
  return response
}

/** Players may stand in anybody's page. They know nobody: what is private does not play in them. */
function framedBy({ pathname }: { pathname: string }) {
  return pathname.startsWith('/embed/') ? '*' : "'none'"
}

/** `request.url` names the address the server is bound to; what the person typed is in Host. */
function requestedUrl(request: NextRequest): string {
  const { pathname, search, protocol, host } = request.nextUrl
  return `${protocol}//${request.headers.get('host') ?? host}${pathname}${search}`
}

export const config = {
  matcher: [
    {
      source: '/((?!_next/static|_next/image|icon.svg).*)',
      missing: [{ type: 'header', key: 'next-router-prefetch' }],
    },
  ],
}
