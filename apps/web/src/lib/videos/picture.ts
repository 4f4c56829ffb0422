import { formatBytes } from '@/lib/format'

/** What the service takes as a thumbnail. */
export const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp']
const MAX_BYTES = 5_000_000

/** Why a file cannot be a thumbnail, in a sentence that says what to do; null where it may be. */
export function pictureRefusal({ name, type, size }: { name: string; type: string; size: number }) {
  if (!PICTURE_TYPES.includes(type)) {
    return `“${name}” is no picture that can be used. Choose a JPEG, PNG or WebP.`
  }
  if (size > MAX_BYTES) {
    return `“${name}” has ${formatBytes(size)}. Choose one of at most ${formatBytes(MAX_BYTES)}.`
  }
  return null
}
