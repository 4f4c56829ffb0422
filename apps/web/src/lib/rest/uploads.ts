import type { UploadApi } from '@/lib/upload/api'
import { bodyOf, type RestClient } from './client'

/** The upload engine's view of the REST API. */
export function createUploadApi(rest: RestClient): UploadApi {
  return {
    create: async (file, signal) =>
      bodyOf(await rest.POST('/api/v1/uploads', { body: file, signal })),
    get: async (id, signal) =>
      bodyOf(
        await rest.GET('/api/v1/uploads/{upload_id}', {
          params: { path: { upload_id: id } },
          signal,
        }),
      ),
    signParts: async (id, numbers, signal) =>
      bodyOf(
        await rest.POST('/api/v1/uploads/{upload_id}/parts', {
          params: { path: { upload_id: id } },
          body: { numbers },
          signal,
        }),
      ),
    complete: async (id, signal) =>
      bodyOf(
        await rest.POST('/api/v1/uploads/{upload_id}/complete', {
          params: { path: { upload_id: id } },
          body: {},
          signal,
        }),
      ),
    abort: async (id) => {
      await rest.DELETE('/api/v1/uploads/{upload_id}', { params: { path: { upload_id: id } } })
    },
    describe: async (videoId, change, signal) => {
      await rest.PATCH('/api/v1/videos/{video_id}', {
        params: { path: { video_id: videoId } },
        body: change,
        signal,
      })
    },
    startJob: async ({ videoId, preset }, idempotencyKey, signal) =>
      bodyOf(
        await rest.POST('/api/v1/jobs', {
          params: { header: { 'Idempotency-Key': idempotencyKey } },
          body: { video_id: videoId, preset },
          signal,
        }),
      ),
  }
}
