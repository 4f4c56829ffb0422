import type { InputLimits } from '@/lib/config'
import { formatBytes } from '@/lib/format'

/** What the platform takes, by file name; the server looks into the file itself. */
export const ACCEPTED_EXTENSIONS = [
  'mp4',
  'mov',
  'mkv',
  'webm',
  'avi',
  'flv',
  'wmv',
  'ts',
  'm2ts',
  'mts',
  'm4v',
  '3gp',
  'mxf',
]

/** Formats as people call them, for the sentence above the drop zone. */
export const ACCEPTED_FORMATS = 'MP4, MOV, MKV, WebM, AVI, FLV, WMV, MPEG-TS, M4V, 3GP, MXF'

/** Why a file is not uploaded, as a sentence that names it; null when nothing speaks against it. */
export function rejectionReason(
  file: Pick<File, 'name' | 'size' | 'type'>,
  limits: InputLimits,
): string | null {
  if (file.size === 0) return `“${file.name}” is empty.`
  if (file.size > limits.maxBytes) {
    return `“${file.name}” is ${formatBytes(file.size)}; the limit is ${formatBytes(limits.maxBytes)}.`
  }
  const extension = /\.([^.]+)$/.exec(file.name)?.[1]?.toLowerCase()
  if (extension && ACCEPTED_EXTENSIONS.includes(extension)) return null
  if (file.type.startsWith('video/')) return null
  return `“${file.name}” is not a video in a format we can read.`
}
