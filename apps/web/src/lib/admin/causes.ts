/** What somebody who runs the system does about a cause before its letters are worth a retry. */
const CAUSES: Record<string, string> = {
  ffmpeg_failed:
    'FFmpeg gave up. Read the log of a letter: a source of the same kind may fail again.',
  ffmpeg_stalled: 'FFmpeg made no progress. See whether the workers’ machines are overloaded.',
  ffmpeg_timeout:
    'FFmpeg took longer than FFMPEG_MAX_SECONDS. Raise it, or add faster workers, then retry.',
  verification_failed:
    'What was made is not what was asked for. Compare the log of the letter with its source.',
  worker_lost:
    'A worker vanished again and again. Look for processes that were killed, most often for want of memory.',
  outbound_failed:
    'Somebody else’s server could not be reached. Retry when it answers; check the network if all fail.',
  source_unavailable: 'Somebody else’s server did not hand the source out. Retry when it does.',
  storage_unavailable: 'The storage did not answer. Retry once it does.',
  database_unavailable: 'The database did not answer. Retry once it does.',
  scratch_full: 'A worker’s disk was full. Free some, or raise SCRATCH_MAX_BYTES, then retry.',
  internal_error: 'An error nobody foresaw. Its message and the workers’ logs say more.',
}

export function remedyFor(code: string): string {
  return CAUSES[code] ?? 'The letters say what happened. Retry once that is mended.'
}
