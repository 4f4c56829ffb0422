import { ACCEPTED_FORMATS } from '@/lib/upload/acceptance'

export interface ErrorAdvice {
  /** What went wrong, as a heading. */
  title: string
  /** What the owner can do about it. */
  remedy: string
  /** Whether running the same job again may succeed. */
  worthRetrying: boolean
}

const SOURCE_FAULTS: Record<string, Omit<ErrorAdvice, 'worthRetrying'>> = {
  unsupported_format: {
    title: 'The file is not in a format we can read',
    remedy: `Convert it to one of ${ACCEPTED_FORMATS}, and upload it again.`,
  },
  corrupt_file: {
    title: 'The file is damaged',
    remedy:
      'Check that it plays on your computer, export or copy it again, and upload the new file.',
  },
  no_video_stream: {
    title: 'The file has no picture',
    remedy: 'It holds sound only, or nothing playable. Upload a file with a video track.',
  },
  no_audio_stream: {
    title: 'The file has no sound',
    remedy: 'Its preset makes sound only. Transcode it with another preset.',
  },
  resolution_too_low: {
    title: 'The picture is too small',
    remedy: 'Export the video in a higher resolution, and upload it again.',
  },
  too_short: {
    title: 'The video is too short',
    remedy: 'Upload a longer one.',
  },
  too_long: {
    title: 'The video is too long',
    remedy: 'Cut it into shorter parts, and upload those.',
  },
  too_large: {
    title: 'The file is too large',
    remedy: 'Export it with a lower bitrate, or cut it into parts, and upload those.',
  },
  missing_file: {
    title: 'The uploaded file is gone',
    remedy: 'It was deleted, or its upload never finished. Upload it again.',
  },
  encrypted: {
    title: 'The file is encrypted',
    remedy: 'Upload a copy without copy protection.',
  },
}

/** What to tell the owner of a job that failed with `code`. */
export function adviceFor(code: string): ErrorAdvice {
  const fault = SOURCE_FAULTS[code]
  if (fault) return { ...fault, worthRetrying: false }
  return {
    title: 'Something went wrong on our side',
    remedy: 'Your file is safe. Retry the job; if it fails again, give the operator the id below.',
    worthRetrying: true,
  }
}
