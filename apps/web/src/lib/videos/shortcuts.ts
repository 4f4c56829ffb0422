export interface Shortcut {
  /** Any of these does it, as printed on the keys. */
  keys: string[]
  does: string
}

export const SHORTCUTS: Shortcut[] = [
  { keys: ['Space', 'K'], does: 'Play or pause' },
  { keys: ['←', 'J'], does: '10 seconds back' },
  { keys: ['→', 'L'], does: '10 seconds on' },
  { keys: ['0', '…', '9'], does: 'To the beginning, to 10\u00a0%, … to 90\u00a0%' },
  { keys: ['↑', '↓'], does: 'Louder, quieter (while the player is focused)' },
  { keys: ['M'], does: 'Sound off or on' },
  { keys: ['C'], does: 'Subtitles on or off' },
  { keys: ['<', '>'], does: 'Slower, faster' },
  { keys: ['F'], does: 'Full screen' },
  { keys: ['P'], does: 'Picture in picture' },
  { keys: ['?'], does: 'This list' },
]

/** What a key means: `player` are those that the player knows by itself. */
export type ShortcutAction = { kind: 'help' } | { kind: 'jump'; part: number } | { kind: 'player' }

/** Those of the player's keys that the page may take too; up and down scroll it. */
const PLAYER_KEYS = new Set([
  ' ', 'k', 'j', 'l', 'm', 'c', 'f', 'p', '<', '>', 'ArrowLeft', 'ArrowRight',
]) // biome-ignore format: one line of keys

export interface PressedKey {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
}

export function shortcutOf(pressed: PressedKey): ShortcutAction | null {
  const { key } = pressed
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return null
  if (key === '?') return { kind: 'help' }
  if (/^[0-9]$/.test(key)) return { kind: 'jump', part: Number(key) / 10 }
  return PLAYER_KEYS.has(key) ? { kind: 'player' } : null
}

/** Where keys have a meaning already: text is written, or another control is moved. */
const TAKEN =
  'input, textarea, select, [contenteditable], [role=menu], [role=dialog], [role=slider], [role=radiogroup], [role=tablist]'

/** Whether a key pressed on `target` belongs to that, and not to the page. */
export function isTaken(target: Element, key: string): boolean {
  if (target.closest(TAKEN)) return true
  return key === ' ' && target.closest('a, button, summary, [role=button]') !== null
}
