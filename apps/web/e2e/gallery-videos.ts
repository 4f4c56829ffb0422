import { randomBytes } from 'node:crypto'
import { test as base, publish, send } from './published'
import { required } from './stack'

export interface GalleryVideo {
  id: string
  jobId: string
  title: string
}

export type Visibility = 'public' | 'unlisted' | 'private'

/** Tests that share one playable video; each says first who may watch it. */
export const test = base.extend<object, { rain: GalleryVideo }>({
  rain: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from it
    async ({}, use) => {
      const { id, video_id } = await publish(required('E2E_LANGUAGES_CLIP'))
      const title = `Rain over ${word()}`
      await change(video_id, { title, description: 'Two languages\nof rain.', tags: ['weather'] })
      await use({ id: video_id, jobId: id, title })
      await remove(video_id)
    },
    { scope: 'worker', timeout: 120_000 },
  ],
})

/** A word that no other run has used, for searches. */
export function word(): string {
  return `q${randomBytes(5).toString('hex')}`
}

/** Changes what is said of a video, or who may watch it. */
export async function change(id: string, changes: object): Promise<void> {
  await send('PATCH', `/videos/${id}`, changes)
}

export async function remove(id: string): Promise<void> {
  await send('DELETE', `/videos/${id}`)
}

/** A video of which there is nothing to play yet. */
export async function uploaded(title: string, changes: object = {}): Promise<GalleryVideo> {
  const upload = await send('POST', '/uploads', {
    filename: `${title}.mp4`,
    size: 16,
    content_type: 'video/mp4',
  })
  await fetch(upload.url, { method: 'PUT', body: randomBytes(16), headers: upload.headers })
  const { video_id } = await send('POST', `/uploads/${upload.id}/complete`, {})
  await change(video_id, { title, ...changes })
  return { id: video_id, jobId: '', title }
}
