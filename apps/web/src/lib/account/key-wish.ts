import type { KeyWish, Scope } from './api-keys'

const DAY_SECONDS = 86_400

/** When a new key ends, as it can be chosen. The empty one: never. */
export const LIFETIMES = [
  { value: '', label: 'Never' },
  { value: `${7 * DAY_SECONDS}`, label: 'In 7 days' },
  { value: `${30 * DAY_SECONDS}`, label: 'In 30 days' },
  { value: `${90 * DAY_SECONDS}`, label: 'In 90 days' },
  { value: `${365 * DAY_SECONDS}`, label: 'In a year' },
  { value: 'date', label: 'On a day of my choice' },
]

/** What a form asks for, as the API takes it. */
export function wishOf(form: FormData, now: number): KeyWish {
  const text = (name: string) => String(form.get(name) ?? '').trim()
  const hourly = text('hourly_limit')
  const places = placesOf(text('ip_allow'))
  return {
    name: text('name'),
    scopes: ['read', ...(form.getAll('scopes') as Scope[])],
    expires_at: endOf(text('lifetime'), text('expires_at'), now),
    hourly_limit: hourly ? Number(hourly) : null,
    ip_allow: places.length > 0 ? places : null,
  }
}

/** Addresses and networks, however they are separated. */
export function placesOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter(Boolean)
}

/** `day` is a day of the reader's calendar, which the key still works on. */
function endOf(lifetime: string, day: string, now: number): string | null {
  if (lifetime === '') return null
  if (lifetime !== 'date') return new Date(now + Number(lifetime) * 1000).toISOString()
  const end = new Date(`${day}T23:59:59`)
  return Number.isNaN(end.getTime()) ? null : end.toISOString()
}
