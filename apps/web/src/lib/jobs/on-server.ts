import { clientOfVisitor, deadline } from '@/lib/graphql/on-server'
import type { FirstJobs } from './job-pages'
import { fetchJobs, type JobListFilter } from './list-queries'

/** More than fit on a screen; the browser reads on from there. */
const FIRST = 30

/**
 * The beginning of a list, for the page as it is sent: rows are there before the scripts. Null where
 * the browser has to read it: it alone knows its time zone, and what the server was refused.
 */
export async function readFirstJobs(
  filters: JobListFilter,
  at: string | null,
): Promise<FirstJobs | null> {
  if (filters.from || filters.to) return null
  const client = await clientOfVisitor()
  if (!client) return null
  try {
    const page = await fetchJobs(client, { ...filters, after: at, first: FIRST }, deadline())
    const list = { pages: [page], pageParams: [at] }
    return { filters, at, list, readAt: Date.now() }
  } catch {
    return null
  }
}
