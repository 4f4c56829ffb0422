import { bodyOf, type RestClient } from '@/lib/rest/client'
import type { JobState } from './job-pages'
import { toState } from './live-events'

export async function cancelJob(rest: RestClient, id: string): Promise<void> {
  await rest.POST('/api/v1/jobs/{job_id}/cancel', { params: { path: { job_id: id } } })
}

/** What runs stops and begins anew when the job goes on; what is done is kept. */
export async function pauseJob(rest: RestClient, id: string): Promise<void> {
  await rest.POST('/api/v1/jobs/{job_id}/pause', { params: { path: { job_id: id } } })
}

export async function resumeJob(rest: RestClient, id: string): Promise<void> {
  await rest.POST('/api/v1/jobs/{job_id}/resume', { params: { path: { job_id: id } } })
}

/** 0 to 10, the most urgent; of a job that has not ended. */
export async function changePriority(
  rest: RestClient,
  id: string,
  priority: number,
): Promise<void> {
  await rest.PATCH('/api/v1/jobs/{job_id}', {
    params: { path: { job_id: id } },
    body: { priority },
  })
}

/** Only failed and cancelled jobs can be retried; tasks that were completed are kept. */
export async function retryJob(rest: RestClient, id: string): Promise<void> {
  await rest.POST('/api/v1/jobs/{job_id}/retry', { params: { path: { job_id: id } } })
}

/** Looks at all that a completed job has published once more; the job stays as it is. */
export async function verifyJob(rest: RestClient, id: string): Promise<void> {
  await rest.POST('/api/v1/jobs/{job_id}/verify', { params: { path: { job_id: id } } })
}

/** Deletes the job and every file that it made; the uploaded video stays. */
export async function deleteJob(rest: RestClient, id: string): Promise<void> {
  await rest.DELETE('/api/v1/jobs/{job_id}', {
    params: { path: { job_id: id }, query: { delete_files: true } },
  })
}

/** Where these jobs stand, at most 500, and which of them are not there any more. */
export async function fetchStates(
  rest: RestClient,
  ids: string[],
  signal: AbortSignal,
): Promise<{ states: JobState[]; gone: string[] }> {
  const { items, not_found } = bodyOf(
    await rest.POST('/api/v1/jobs/batch-status', { body: { job_ids: ids }, signal }),
  )
  return { states: items.map(toState), gone: not_found }
}
