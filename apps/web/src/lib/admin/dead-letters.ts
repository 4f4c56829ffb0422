import type { components } from '@/generated/rest'
import { bodyOf, type RestClient } from '@/lib/rest/client'

type Schemas = components['schemas']

/** A task whose attempts are spent. Read by REST: GraphQL's list has no counts and no pages. */
export type DeadLetter = Schemas['DeadLetterView']
export type Batch = Schemas['BatchView']

export interface DeadLetterPage {
  letters: DeadLetter[]
  nextCursor: string | null
}

/** One request changes no more than this many jobs. */
const BATCH = 500

/** How many there are of each cause, the most frequent first. */
export async function fetchCauses(
  rest: RestClient,
  signal: AbortSignal,
): Promise<{ code: string; count: number }[]> {
  const query = { limit: 1 }
  const { by_code } = bodyOf(await rest.GET('/api/v1/admin/dlq', { params: { query }, signal }))
  return Object.entries(by_code)
    .map(([code, count]) => ({ code, count }))
    .sort((a, b) => b.count - a.count || a.code.localeCompare(b.code))
}

export async function fetchDeadLetters(
  rest: RestClient,
  code: string,
  cursor: string | null,
  signal: AbortSignal,
): Promise<DeadLetterPage> {
  const query = { error_code: code, limit: 20, cursor }
  const page = bodyOf(await rest.GET('/api/v1/admin/dlq', { params: { query }, signal }))
  return { letters: page.items, nextCursor: page.next_cursor }
}

/** Starts the job of one letter again. */
export async function retryDeadLetter(rest: RestClient, id: string): Promise<Batch> {
  return bodyOf(await rest.POST('/api/v1/admin/dlq/retry', { body: { ids: [id] } }))
}

/** Starts all jobs with letters of this cause again. Returns how many. */
export async function retryCause(rest: RestClient, code: string): Promise<number> {
  return inBatches(async () =>
    bodyOf(
      await rest.POST('/api/v1/admin/dlq/retry', { body: { error_code: code, limit: BATCH } }),
    ),
  )
}

/** Forgets letters of this cause; their jobs stay failed. Returns how many. */
export async function clearCause(rest: RestClient, code: string): Promise<number> {
  const query = { error_code: code }
  return bodyOf(await rest.DELETE('/api/v1/admin/dlq', { params: { query } })).deleted
}

/** Asks until nothing is left. What fails again meanwhile would make it endless: so no more than once. */
export async function inBatches(ask: () => Promise<Batch>): Promise<number> {
  const first = await ask()
  let changed = first.changed
  let left = first.remaining
  while (left > 0) {
    const batch = await ask()
    if (batch.changed === 0) break
    changed += batch.changed
    left = Math.min(left - batch.changed, batch.remaining)
  }
  return changed
}
