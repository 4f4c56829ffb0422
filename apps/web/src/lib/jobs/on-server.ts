import { firstAnswer } from '@/lib/graphql/on-server'
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
  const answer = await firstAnswer((client, signal) =>
    fetchJobs(client, { ...filters, after: at, first: FIRST }, signal),
  )
  if (!answer) return null
  const list = { pages: [answer.data], pageParams: [at] }
  return { filters, at, list, readAt: answer.readAt }
}
