import type { ResultOf } from 'gql.tada'
import type { GraphQLClient } from '@/lib/graphql/client'
import { lower } from '@/lib/graphql/enums'
import { graphql } from '@/lib/graphql/tada'
import type { RestClient } from '@/lib/rest/client'

const WORKERS = graphql(`
  query Workers($tasks: Int!) {
    workers {
      id
      host
      slots
      status
      healthy
      encoders
      runningTasks
      tasksCompleted
      tasksFailed
      startedAt
      drainRequestedAt
      heartbeatAt
    }
    tasks(first: $tasks, status: RUNNING) {
      totalCount
      nodes {
        id
        jobId
        kind
        ordinal
        progress
        speed
        workerId
        startedAt
      }
    }
  }
`)

type Answer = ResultOf<typeof WORKERS>

/** What a worker runs now. */
export type WorkerTask = Answer['tasks']['nodes'][number]

export interface Worker extends Omit<Answer['workers'][number], 'status' | 'healthy'> {
  status: WorkerStatus
  tasks: WorkerTask[]
}

/**
 * Silent: not stopped, and yet not heard of. Told to drain: it learns of it with its next heartbeat.
 */
export type WorkerStatus = 'busy' | 'idle' | 'told-to-drain' | 'draining' | 'silent' | 'stopped'

/** More tasks than are ever shown; a worker beyond them tells their number alone. */
const MOST_TASKS = 500

export async function fetchWorkers(client: GraphQLClient, signal: AbortSignal): Promise<Worker[]> {
  const answer = await client.query(WORKERS, { tasks: MOST_TASKS }, signal)
  return answer.workers.map(({ status, healthy, ...worker }) => ({
    ...worker,
    status: statusOf(status, healthy, worker),
    tasks: answer.tasks.nodes.filter((task) => task.workerId === worker.id),
  }))
}

function statusOf(
  status: string,
  healthy: boolean,
  worker: { runningTasks: number; drainRequestedAt: string | null },
): WorkerStatus {
  if (status === 'stopped') return 'stopped'
  if (!healthy) return 'silent'
  if (status === 'draining') return 'draining'
  if (worker.drainRequestedAt) return 'told-to-drain'
  return worker.runningTasks > 0 ? 'busy' : 'idle'
}

/** Whether it may be given a task now. */
export function takesTasks({ status }: Worker): boolean {
  return status === 'busy' || status === 'idle'
}

/** "video 3": which part of its job a task is. */
export function taskName({ kind, ordinal }: WorkerTask): string {
  return kind === 'VIDEO' ? `video ${ordinal}` : lower(kind)
}

export async function drainWorker(rest: RestClient, id: string): Promise<void> {
  await rest.POST('/api/v1/admin/workers/{worker_id}/drain', {
    params: { path: { worker_id: id } },
  })
}

/** Lets a worker take tasks again. */
export async function undrainWorker(rest: RestClient, id: string): Promise<void> {
  await rest.DELETE('/api/v1/admin/workers/{worker_id}/drain', {
    params: { path: { worker_id: id } },
  })
}
