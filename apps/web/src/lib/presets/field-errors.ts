import { ApiError, messageOf } from '@/lib/rest/problem'

/** What is wrong with each field, by the path that the API names: "video.rungs.0.crf". */
export type FieldErrors = Record<string, string>

const NAME_CODES = ['preset_exists', 'preset_built_in']

/** A refused body, field by field; what names no field stands under "body". */
export function fieldErrorsOf(error: unknown): FieldErrors {
  if (!(error instanceof ApiError) || error.errors.length === 0) {
    // That a name is taken is told by the code alone.
    const field = error instanceof ApiError && NAME_CODES.includes(error.code) ? 'name' : 'body'
    return { [field]: messageOf(error) }
  }
  const found: FieldErrors = {}
  for (const { field, detail } of error.errors) {
    if (typeof field === 'string' && typeof detail === 'string') {
      found[field] ??= inWords(field, detail)
    }
  }
  return found
}

/** The field is named beside it; a pattern is nothing that people read. */
function inWords(field: string, detail: string): string {
  if (field === 'name' && detail.includes('pattern')) {
    return 'Use small letters, digits, - and _, up to 63, and begin with a letter or a digit.'
  }
  return detail.replace(/^[a-z]+([._][a-z0-9]+)*: /, '')
}

/** Those below one field, by the rest of their path; "" is the field itself. */
export function errorsBelow(errors: FieldErrors, field: string): FieldErrors {
  const below: FieldErrors = {}
  for (const [path, message] of Object.entries(errors)) {
    if (path === field) below[''] = message
    else if (path.startsWith(`${field}.`)) below[path.slice(field.length + 1)] = message
  }
  return below
}
