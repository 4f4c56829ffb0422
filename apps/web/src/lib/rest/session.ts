import { bodyOf, type RestClient } from './client'

export const SESSION_COOKIE = 'vidmill_session'

/**
 * Whether the browser may have a session. The API's cookie is for its host, whatever the port: the
 * web's own server sees it where both have the same name, and otherwise can't tell.
 */
export function mayHaveSession(
  cookies: { has: (name: string) => boolean },
  host: string,
  apiUrl: string,
): boolean {
  return (
    cookies.has(SESSION_COOKIE) || new URL(`http://${host}`).hostname !== new URL(apiUrl).hostname
  )
}

/** Where somebody who signs in wants to go, if nothing else is said. */
const START_PATH = '/upload'

export interface SessionUser {
  id: string
  email: string
  role: string
}

/** Who is signed in. @throws ApiError with status 401 when nobody is. */
export async function fetchSessionUser(rest: RestClient): Promise<SessionUser> {
  return bodyOf(await rest.GET('/api/v1/auth/me'))
}

/** The answer sets a cookie that scripts cannot read; its token is of no use to the page. */
export async function signIn(
  rest: RestClient,
  email: string,
  password: string,
): Promise<SessionUser> {
  const { user } = bodyOf(await rest.POST('/api/v1/auth/login', { body: { email, password } }))
  return user
}

export async function signOut(rest: RestClient): Promise<void> {
  await rest.POST('/api/v1/auth/logout')
}

/** The sign-in page that leads back to `path`. */
export function signInPath(path: string): string {
  return path === START_PATH ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`
}

/** The page to make an account on, which leads to `path` too. */
export function registerPath(path: string): string {
  return path === START_PATH ? '/register' : `/register?next=${encodeURIComponent(path)}`
}

/** Where to go after signing in: a path of this site, never another one. */
export function safeReturnPath(next: string | null | undefined): string {
  return next && /^\/(?![/\\])/.test(next) ? next : START_PATH
}
