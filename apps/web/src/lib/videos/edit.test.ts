import { describe, expect, it } from 'vitest'
import type { EditableVideo } from './actions'
import { forEach } from './each'
import { changesOf, fieldsOf, problemsOf, refusedFields, tidyTags } from './edit'
import { pictureRefusal } from './picture'

const VIDEO: EditableVideo = {
  id: 'v1',
  owner_id: 'u1',
  title: 'Rain',
  description: 'Wet.',
  tags: ['rain', 'köln'],
  category: null,
  visibility: 'private',
  views: 0,
  duration_seconds: 10,
  width: 1280,
  height: 720,
  created_at: '2026-03-01T12:00:00Z',
  updated_at: '2026-03-01T12:00:00Z',
  playback: null,
  own: null,
  etag: '"1"',
}

describe('a change of a video', () => {
  it('names only what differs', () => {
    const fields = fieldsOf(VIDEO)
    expect(changesOf(fields, VIDEO)).toBeNull()
    expect(changesOf({ ...fields, title: ' Rain ' }, VIDEO)).toBeNull()
    expect(changesOf({ ...fields, tags: ['rain'], visibility: 'public' }, VIDEO)).toEqual({
      tags: ['rain'],
      visibility: 'public',
    })
  })

  it('takes a category away where its field is emptied', () => {
    const video = { ...VIDEO, category: 'Weather' }
    expect(changesOf({ ...fieldsOf(video), category: ' ' }, video)).toEqual({ category: null })
  })

  it('needs a title', () => {
    expect(problemsOf({ ...fieldsOf(VIDEO), title: '  ' }).title).toMatch(/title/)
    expect(problemsOf(fieldsOf(VIDEO))).toEqual({})
  })

  it('shows at each field what the service says of it', () => {
    const errors = [
      { field: 'tags.3', detail: 'is too long' },
      { field: 'tags.4', detail: 'is too long as well' },
      { field: 'title', detail: 'must be one line' },
    ]
    expect(refusedFields(errors)).toEqual({ tags: 'is too long', title: 'must be one line' })
  })
})

it('keeps tags as the service does, typed or pasted', () => {
  expect(tidyTags(['Köln', ' rain, SNOW,rain', '', 'x'.repeat(60)])).toEqual([
    'köln',
    'rain',
    'snow',
    'x'.repeat(50),
  ])
  expect(tidyTags(Array.from({ length: 40 }, (_, index) => `${index}`))).toHaveLength(30)
})

it('goes on with the others where one fails, and tells of both', async () => {
  const outcome = await forEach(['a', 'b', 'c'], async (thing) => {
    if (thing === 'b') throw new Error('A job of it is active.')
  })
  expect(outcome).toEqual({
    done: ['a', 'c'],
    failed: [{ thing: 'b', message: 'A job of it is active.' }],
  })
})

it('refuses pictures before they are sent, by name', () => {
  expect(pictureRefusal({ name: 'a.png', type: 'image/png', size: 5_000_000 })).toBeNull()
  expect(pictureRefusal({ name: 'a.gif', type: 'image/gif', size: 1 })).toMatch(/“a.gif” is no/)
  expect(pictureRefusal({ name: 'a.png', type: 'image/png', size: 5_100_000 })).toMatch(/5\.1 MB/)
})
