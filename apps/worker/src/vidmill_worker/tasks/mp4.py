"""MP4: progressive files for download, made from finished segments by copying them."""

from __future__ import annotations

from vidmill_worker.attempt import Attempt, Outcome
from vidmill_worker.engine.mp4 import make_mp4s
from vidmill_worker.outputs import Uploads, fetch_tracks
from vidmill_worker.results import join_chunks
from vidmill_worker.tasks import inputs


async def run(attempt: Attempt) -> Outcome:
    """Make, verify and store one MP4 a rung. Raises `ChunksDiffer`, and what `make_mp4s` and
    storage raise."""
    tracks = join_chunks(await inputs.chunk_results(attempt))
    audio = await inputs.audio_result(attempt)
    sound = audio.tracks if audio else ()
    await fetch_tracks(attempt, [*tracks, *sound])
    attempt.report(0.4)
    result = await make_mp4s(
        inputs.ffmpeg(attempt), inputs.encode_plan(attempt), tracks, sound, attempt.scratch
    )
    attempt.cpu_seconds += result.cpu_seconds
    attempt.report(0.6)
    async with Uploads(attempt) as uploads:
        for file in result.files.values():
            uploads.start(file.name)
    return Outcome(result.model_dump(mode="json"))
