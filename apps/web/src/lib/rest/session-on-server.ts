import { cookies } from 'next/headers'
import { lower } from '@/lib/graphql/enums'
import { clientOfVisitor, shortDeadline } from '@/lib/graphql/on-server'
import { graphql } from '@/lib/graphql/tada'
import { isUnauthorized } from './problem'
import { mayHaveSession, type SessionUser } from './session'

const WHO = graphql(`
  query Visitor {
    me {
      id
      email
      role
    }
  }
`)

/**
 * Who asks for a page, so that it is drawn for them at once: null when nobody is signed in,
 * undefined where the browser has to find out. The API's cookie is for its host, which may be
 * another one than `host`, and then does not come here.
 */
export async function readVisitor(
  host: string,
  apiUrl: string,
): Promise<SessionUser | null | undefined> {
  if (!mayHaveSession(await cookies(), host, apiUrl)) return null
  const client = await clientOfVisitor()
  if (!client) return undefined
  try {
    const { id, email, role } = (await client.query(WHO, {}, shortDeadline())).me
    return { id, email, role: lower(role) }
  } catch (error) {
    return isUnauthorized(error) ? null : undefined
  }
}
