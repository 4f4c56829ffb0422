import type { components } from '@/generated/rest'
import { bodyOf, type RestClient } from '@/lib/rest/client'

export type OwnSession = components['schemas']['OwnSession']

/** Where one is signed in: this session first, then those that were used last. */
export async function fetchSessions(rest: RestClient, signal: AbortSignal): Promise<OwnSession[]> {
  const query = { limit: 500 }
  const { items } = bodyOf(await rest.GET('/api/v1/auth/sessions', { params: { query }, signal }))
  const used = ({ last_used_at }: OwnSession) => Date.parse(last_used_at)
  return items.sort((a, b) => Number(b.current) - Number(a.current) || used(b) - used(a))
}

export async function endSession(rest: RestClient, id: string): Promise<void> {
  await rest.DELETE('/api/v1/auth/sessions/{session_id}', { params: { path: { session_id: id } } })
}

/** The order matters: most browsers name others that they want to pass for. */
const BROWSERS: [RegExp, string][] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:HeadlessChrome|Chromium|Chrome|CriOS)\//, 'Chrome'],
  [/\bVersion\/\S+ .*Safari\//, 'Safari'],
]

const SYSTEMS: [RegExp, string][] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

/** A program by the way it names itself: "Firefox on Linux", "curl/8.5.0". */
export function deviceLabel(userAgent: string | null): string {
  if (!userAgent) return 'Unknown program'
  const nameIn = (known: [RegExp, string][]) => known.find(([sign]) => sign.test(userAgent))?.[1]
  const browser = nameIn(BROWSERS)
  const system = nameIn(SYSTEMS)
  if (browser) return system ? `${browser} on ${system}` : browser
  // What is no browser says what it is first.
  return userAgent.split(' ')[0]?.slice(0, 40) || 'Unknown program'
}

/** Whether it is held in a hand, for its picture. */
export function isHandheld(userAgent: string | null): boolean {
  return /\b(?:iPhone|iPad|Android|Mobile)\b/.test(userAgent ?? '')
}
