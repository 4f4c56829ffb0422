import { bodyOf, type RestClient } from './client'

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

/** Where to go after signing in: a path of this site, never another one. */
export function safeReturnPath(next: string | null | undefined): string {
  return next && /^\/(?![/\\])/.test(next) ? next : '/'
}
