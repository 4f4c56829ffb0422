import type { components } from '@/generated/rest'
import type { JobStatus } from '@/lib/jobs/job'
import { bodyOf, type RestClient } from '@/lib/rest/client'
import { inBatches } from './dead-letters'

/** A job of anybody. Read by REST: GraphQL's jobs don't say whose they are. */
export type AdminJob = components['schemas']['AdminJobView']

export interface AdminJobsRequest {
  status: JobStatus | null
  search: string
  /** Only of this account. */
  owner: string | null
  after: string | null
}

export interface AdminJobsPage {
  jobs: AdminJob[]
  total: number
  totalIsExact: boolean
  nextCursor: string | null
}

const BATCH = 500
const PAGE_SIZE = 50

export async function fetchAdminJobs(
  rest: RestClient,
  { status, search, owner, after }: AdminJobsRequest,
  signal: AbortSignal,
): Promise<AdminJobsPage> {
  const query = {
    status,
    search: search || null,
    owner_id: owner,
    cursor: after,
    limit: PAGE_SIZE,
  }
  const page = bodyOf(await rest.GET('/api/v1/admin/jobs', { params: { query }, signal }))
  return {
    jobs: page.items,
    total: page.total,
    totalIsExact: page.total_is_exact,
    nextCursor: page.next_cursor,
  }
}

/** Starts failed jobs again, of one account or of all. Returns how many. */
export async function restartFailed(rest: RestClient, owner: string | null): Promise<number> {
  return inBatches(async () =>
    bodyOf(
      await rest.POST('/api/v1/admin/jobs/restart-failed', {
        body: { owner_id: owner, limit: BATCH },
      }),
    ),
  )
}

/** How many jobs ended that many days ago or earlier: what `deleteOldJobs` would delete. */
export async function countOldJobs(
  rest: RestClient,
  days: number,
  signal: AbortSignal,
): Promise<number> {
  const query = { older_than_days: days, dry_run: true }
  return bodyOf(await rest.DELETE('/api/v1/admin/jobs', { params: { query }, signal })).remaining
}

/** Deletes them with their files; their sources stay. Returns how many. */
export async function deleteOldJobs(rest: RestClient, days: number): Promise<number> {
  const query = { older_than_days: days, limit: BATCH }
  return inBatches(async () =>
    bodyOf(await rest.DELETE('/api/v1/admin/jobs', { params: { query } })),
  )
}
