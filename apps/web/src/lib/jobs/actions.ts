import type { RestClient } from '@/lib/rest/client'

export async function cancelJob(rest: RestClient, id: string): Promise<void> {
  await rest.POST('/api/v1/jobs/{id}/cancel', { params: { path: { id } } })
}

/** Only failed and cancelled jobs can be retried; tasks that were completed are kept. */
export async function retryJob(rest: RestClient, id: string): Promise<void> {
  await rest.POST('/api/v1/jobs/{id}/retry', { params: { path: { id } } })
}

/** Deletes the job and every file that it made; the uploaded video stays. */
export async function deleteJob(rest: RestClient, id: string): Promise<void> {
  await rest.DELETE('/api/v1/jobs/{id}', {
    params: { path: { id }, query: { delete_files: true } },
  })
}
