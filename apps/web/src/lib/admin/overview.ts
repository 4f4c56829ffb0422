import type { ResultOf } from 'gql.tada'
import type { components } from '@/generated/rest'
import type { GraphQLClient } from '@/lib/graphql/client'
import { graphql } from '@/lib/graphql/tada'
import { bodyOf, type RestClient } from '@/lib/rest/client'

const SYSTEM = graphql(`
  query SystemOverview {
    queues {
      priority
      waiting
      delayed
      oldestWaitSeconds
    }
    workers {
      id
      slots
      status
      healthy
      runningTasks
    }
  }
`)

/** How often what moves is read again while it is seen; a page in the background asks nothing. */
export const LIVE_INTERVAL_MS = 4_000

type Schemas = components['schemas']
type System = ResultOf<typeof SYSTEM>

export type QueueDepth = System['queues'][number]
export type Statistics = Schemas['AdminStatsView']
export type SystemHealth = Schemas['SystemHealthView']

export interface Overview {
  queues: QueueDepth[]
  workers: System['workers']
  /** GraphQL has no counts of accounts, storage and dead letters. */
  statistics: Statistics
  health: SystemHealth
}

/** All that the overview shows but for the series, read at about one moment. */
export async function fetchOverview(
  client: GraphQLClient,
  rest: RestClient,
  signal: AbortSignal,
): Promise<Overview> {
  const [system, statistics, health] = await Promise.all([
    client.query(SYSTEM, {}, signal),
    rest.GET('/api/v1/admin/stats', { signal }),
    rest.GET('/api/v1/system/health', { signal }),
  ])
  return { ...system, statistics: bodyOf(statistics), health: bodyOf(health) }
}

export interface WorkerLoad {
  /** Workers that run a task. */
  busy: number
  /** Workers that could take one. */
  idle: number
  draining: number
  /** Not stopped, and yet not heard of. */
  silent: number
}

/** What the workers do; each is counted once, and those that were stopped not at all. */
export function workerLoad(workers: Overview['workers']): WorkerLoad {
  const load = { busy: 0, idle: 0, draining: 0, silent: 0 }
  for (const { status, healthy, runningTasks } of workers) {
    if (status === 'stopped') continue
    if (!healthy) load.silent++
    else if (status === 'draining') load.draining++
    else if (runningTasks > 0) load.busy++
    else load.idle++
  }
  return load
}

export interface QueueTotals {
  waiting: number
  delayed: number
  oldestWaitSeconds: number
}

export function queueTotals(queues: QueueDepth[]): QueueTotals {
  return queues.reduce<QueueTotals>(
    (sum, queue) => ({
      waiting: sum.waiting + queue.waiting,
      delayed: sum.delayed + queue.delayed,
      oldestWaitSeconds: Math.max(sum.oldestWaitSeconds, queue.oldestWaitSeconds),
    }),
    { waiting: 0, delayed: 0, oldestWaitSeconds: 0 },
  )
}
