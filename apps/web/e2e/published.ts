import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { API, test as base, required } from './stack'

/** Where a finished job is played. */
export interface Published {
  hls: string
  dash: string
  /** The job's page, which plays it too. */
  page: string
}

/** Tests that share one job of `E2E_LANGUAGES_CLIP`: two languages of sound and of subtitles. */
export const test = base.extend<object, { published: Published }>({
  published: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from it
    async ({}, use) => use(await publishLanguages()),
    { scope: 'worker', timeout: 120_000 },
  ],
})

async function publishLanguages(): Promise<Published> {
  const { playback, page_url } = await publish(required('E2E_LANGUAGES_CLIP'))
  return { hls: playback.hls_url, dash: playback.dash_url, page: page_url }
}

/** Uploads a clip as a video of its own and waits for its job: answers with that, as REST does. */
// biome-ignore lint/suspicious/noExplicitAny: each answer is looked at in one place only
export async function publish(path: string): Promise<any> {
  // A box that players skip (ISO/IEC 14496-12, 8.1.2) makes it a video that no job has had.
  const box = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('free'), randomBytes(16)])
  const body = Buffer.concat([readFileSync(path), box])
  const upload = await send('POST', '/uploads', {
    filename: 'languages.mp4',
    size: body.length,
    content_type: 'video/mp4',
  })
  const stored = await fetch(upload.url, { method: 'PUT', body, headers: upload.headers })
  if (!stored.ok) throw new Error(`The upload was answered with ${stored.status}.`)
  const { video_id } = await send('POST', `/uploads/${upload.id}/complete`, {})
  const { id } = await send('POST', '/jobs', { video_id })
  for (;;) {
    const job = await send('GET', `/jobs/${id}`)
    if (job.status === 'completed') return job
    if (['failed', 'cancelled'].includes(job.status)) throw new Error(JSON.stringify(job.error))
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** Asks the API with the administrator's key. */
// biome-ignore lint/suspicious/noExplicitAny: each answer is looked at in one place only
export async function send(method: string, path: string, body?: object): Promise<any> {
  const answer = await fetch(`${API}/api/v1${path}`, {
    method,
    headers: { 'X-API-Key': required('ADMIN_API_KEY'), 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.status === 204 ? null : answer.json()
}
