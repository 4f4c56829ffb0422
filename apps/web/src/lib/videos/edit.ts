import type { FieldError } from '@/lib/rest/problem'
import type { EditableVideo, VideoChanges } from './actions'
import type { Visibility } from './video'

/** What the form holds. An empty category is none. */
export interface EditFields {
  title: string
  description: string
  tags: string[]
  category: string
  visibility: Visibility
}

/** As the service limits them. */
export const EDIT_LIMITS = { title: 200, description: 5000, label: 50, tags: 30 }

export function fieldsOf(video: EditableVideo): EditFields {
  const { title, description, tags, category, visibility } = video
  return { title, description, tags, category: category ?? '', visibility }
}

/** Tags as the service keeps them: in small letters, each once. A comma ends one, pasted too. */
export function tidyTags(tags: string[]): string[] {
  const single = tags.flatMap((tag) => tag.split(/[,\n]/))
  const tidied = single.map((tag) => tag.trim().toLowerCase().slice(0, EDIT_LIMITS.label))
  return [...new Set(tidied)].filter(Boolean).slice(0, EDIT_LIMITS.tags)
}

/** What differs from what was read; null where nothing does. */
export function changesOf(fields: EditFields, video: EditableVideo): VideoChanges | null {
  const before = fieldsOf(video)
  const changes: VideoChanges = {}
  const title = fields.title.trim()
  if (title !== before.title) changes.title = title
  if (fields.description !== before.description) changes.description = fields.description
  if (fields.tags.join('\n') !== before.tags.join('\n')) changes.tags = fields.tags
  const category = fields.category.trim()
  if (category !== before.category) changes.category = category || null
  if (fields.visibility !== before.visibility) changes.visibility = fields.visibility
  return Object.keys(changes).length > 0 ? changes : null
}

/** What is wrong before anything is sent, by field. */
export function problemsOf({ title }: EditFields): Partial<Record<keyof EditFields, string>> {
  return title.trim() ? {} : { title: 'Give it a title: links and lists show it.' }
}

/** The service's complaints by field of the form: "tags.3" and "tags[3]" are of the tags. */
export function refusedFields(errors: FieldError[]): Partial<Record<keyof EditFields, string>> {
  const found: Record<string, string> = {}
  for (const { field, detail } of errors) {
    const name = field?.split(/[.[]/)[0]
    if (name && detail) found[name] ??= detail
  }
  return found
}
