"""MP4: progressive files for download, made from finished segments by copying them."""

from __future__ import annotations

from vidmill_worker.attempt import Attempt, Outcome
from vidmill_worker.engine.mp4 import make_m4a, make_mp4s
from vidmill_worker.ffmpeg.plan import EncodePlan
from vidmill_worker.outputs import Uploads, fetch_tracks
from vidmill_worker.results import Mp4Result, join_chunks
from vidmill_worker.reuse import copy_mp4s
from vidmill_worker.tasks import inputs


async def run(attempt: Attempt) -> Outcome:
    """Make, verify and store one MP4 a rung, or one M4A where there are none; MP4s that an earlier
    job has made are copied. Raises `ChunksDiffer`, and what `make_mp4s` and storage raise."""
    plan = inputs.encode_plan(attempt)
    if not plan.rungs:
        return await _m4a(attempt, plan)
    tracks = join_chunks(await inputs.chunk_results(attempt))
    copied = await copy_mp4s(attempt, plan)
    missing = [track for track in tracks if track.name not in copied]
    result = Mp4Result(files={}, cpu_seconds=0, wall_seconds=0)
    if missing:
        audio = await inputs.audio_result(attempt)
        sound = audio.tracks if audio else ()
        await fetch_tracks(attempt, [*missing, *sound])
        attempt.report(0.4)
        result = await make_mp4s(inputs.ffmpeg(attempt), plan, missing, sound, attempt.scratch)
        attempt.cpu_seconds += result.cpu_seconds
        attempt.report(0.6)
        async with Uploads(attempt) as uploads:
            for file in result.files.values():
                uploads.start(file.name)
    every = {**copied, **result.files}
    files = {track.name: every[track.name] for track in tracks}
    return Outcome(result.model_copy(update={"files": files}).model_dump(mode="json"))


async def _m4a(attempt: Attempt, plan: EncodePlan) -> Outcome:
    audio = await inputs.audio_result(attempt)
    sound = audio.tracks if audio else ()
    await fetch_tracks(attempt, sound)
    attempt.report(0.4)
    result = await make_m4a(inputs.ffmpeg(attempt), plan, sound, attempt.scratch)
    attempt.cpu_seconds += result.cpu_seconds
    async with Uploads(attempt) as uploads:
        for file in result.files.values():
            uploads.start(file.name)
    return Outcome(result.model_dump(mode="json"))
