import type { ResultOf } from 'gql.tada'
import type { GraphQLClient } from '@/lib/graphql/client'
import { lower, upper } from '@/lib/graphql/enums'
import { graphql } from '@/lib/graphql/tada'
import type { JobStatus, JobSummary } from './job'
import type { JobsPage } from './job-pages'

const ROW = graphql(`
  fragment JobRow on Job @_unmask {
    id
    filename
    status
    preset
    priority
    progress
    etaSeconds
    createdAt
    updatedAt
    playableAt
    completedAt
    errorMessage
    source {
      durationSeconds
    }
    playback {
      thumbnailUrl
    }
  }
`)

const JOBS = graphql(
  `
    query Jobs($first: Int!, $after: String, $filter: JobFilter) {
      jobsConnection(first: $first, after: $after, filter: $filter) {
        totalCount
        totalIsExact
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          ...JobRow
        }
      }
    }
  `,
  [ROW],
)

const JOB_ROW = graphql(
  `
    query JobRowOf($id: ID!) {
      job(id: $id) {
        ...JobRow
      }
    }
  `,
  [ROW],
)

/** What a list of jobs is narrowed to; null and empty: not by this. */
export interface JobListFilter {
  status: JobStatus | null
  search: string
  preset: string | null
  priority: number | null
  /** Days as in 2026-03-01, in the reader's time zone, both included. */
  from: string | null
  to: string | null
}

export interface JobsRequest extends JobListFilter {
  after: string | null
  /** At most 500. */
  first: number
}

export async function fetchJobs(
  client: GraphQLClient,
  { after, first, ...narrowed }: JobsRequest,
  signal: AbortSignal,
): Promise<JobsPage> {
  const { status, search, preset, priority, from, to } = narrowed
  const filter = {
    status: status ? upper(status) : null,
    search: search || null,
    preset,
    priority,
    createdFrom: from && startOfDay(from, 0),
    createdTo: to && startOfDay(to, 1),
  }
  const { jobsConnection: page } = await client.query(JOBS, { first, after, filter }, signal)
  return {
    jobs: page.nodes.map(toSummary),
    total: page.totalCount,
    totalIsExact: page.totalIsExact,
    nextCursor: page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null,
  }
}

/** One job as lists show it; null when it is gone. */
export async function fetchJobRow(
  client: GraphQLClient,
  id: string,
  signal?: AbortSignal,
): Promise<JobSummary | null> {
  const { job } = await client.query(JOB_ROW, { id }, signal)
  return job && toSummary(job)
}

function toSummary(node: ResultOf<typeof ROW>): JobSummary {
  const { source, playback, ...job } = node
  return {
    ...job,
    status: lower(job.status),
    durationSeconds: source?.durationSeconds ?? null,
    thumbnailUrl: playback?.thumbnailUrl ?? null,
  }
}

/** Midnight at which a day begins here, some days later; days are not all 24 hours long. */
function startOfDay(day: string, later: number): string | null {
  const [year, month, date] = day.split('-').map(Number)
  if (!year || !month || !date) return null
  return new Date(year, month - 1, date + later).toISOString()
}
