import { ApiError } from './problem'

/** What is wrong with each field of a body that the server refused, by the field's first name. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {}
  const found: Record<string, string> = {}
  for (const { field, detail } of error.errors) {
    // A list's third entry is "ip_allow.2"; it is told at the list.
    const [name] = (field ?? '').split('.')
    if (name && detail) found[name] ??= sentence(detail)
  }
  return found
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(begun) ? begun : `${begun}.`
}
