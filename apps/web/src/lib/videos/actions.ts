import type { components } from '@/generated/rest'
import { bodyOf, type RestClient } from '@/lib/rest/client'

type Schemas = components['schemas']

export type VideoChanges = Schemas['ChangeVideo']
export type EditableVideo = Schemas['VideoView'] & {
  /** Of what its owner says of it: a change that names it leaves a newer version alone. */
  etag: string | null
}

function path(id: string) {
  return { path: { video_id: id } }
}

/** A video with its version. @throws ApiError 404 when it is not there or not to be seen. */
export async function readVideo(
  rest: RestClient,
  id: string,
  signal: AbortSignal,
): Promise<EditableVideo> {
  const result = await rest.GET('/api/v1/videos/{video_id}', { params: path(id), signal })
  return { ...bodyOf(result), etag: result.response.headers.get('ETag') }
}

/** @throws ApiError 412 when somebody changed it since the version `etag`; null changes any. */
export async function changeVideo(
  rest: RestClient,
  id: string,
  changes: VideoChanges,
  etag: string | null = null,
): Promise<EditableVideo> {
  const header = etag === null ? {} : { 'If-Match': etag }
  const result = await rest.PATCH('/api/v1/videos/{video_id}', {
    params: { ...path(id), header },
    body: changes,
  })
  return { ...bodyOf(result), etag: result.response.headers.get('ETag') }
}

/** Deletes the video, its ended jobs and all files. @throws ApiError 409 while a job is active. */
export async function deleteVideo(rest: RestClient, id: string): Promise<void> {
  await rest.DELETE('/api/v1/videos/{video_id}', { params: path(id) })
}

/** Sends a still of the owner's own; a worker makes the poster from it. */
export async function sendThumbnail(rest: RestClient, id: string, picture: File): Promise<void> {
  await rest.POST('/api/v1/videos/{video_id}/thumbnail', {
    params: path(id),
    headers: { 'Content-Type': picture.type },
    body: '',
    bodySerializer: () => picture,
  })
}

/** Back to a still of the video. */
export async function removeThumbnail(rest: RestClient, id: string): Promise<void> {
  await rest.DELETE('/api/v1/videos/{video_id}/thumbnail', { params: path(id) })
}

/** Tells that somebody watches, and learns how often that has happened. */
export async function countView(rest: RestClient, id: string): Promise<number> {
  return bodyOf(await rest.GET('/api/v1/videos/{video_id}/stream', { params: path(id) })).views
}
