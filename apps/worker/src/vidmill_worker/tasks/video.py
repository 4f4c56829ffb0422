"""Video: encode one chunk into every rung. Segments go to storage while encoding goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vidmill.db.videos import fetch_video
from vidmill_worker import verify
from vidmill_worker.attempt import Attempt, Outcome
from vidmill_worker.early import EarlyPlayback
from vidmill_worker.edit_files import fetch_edit_files
from vidmill_worker.engine.video import encode_video
from vidmill_worker.ffmpeg.chunks import Chunk
from vidmill_worker.ffmpeg.plan import EncodePlan, RungPlan
from vidmill_worker.ffmpeg.progress import Progress
from vidmill_worker.outputs import Uploads
from vidmill_worker.results import ChunkResult, Track
from vidmill_worker.reuse import copy_rungs
from vidmill_worker.tasks import inputs
from vidmill_worker.tasks.encoder import needed_encoder


async def run(attempt: Attempt) -> Outcome:
    """Encode, verify and store the chunk that the task's ordinal names; rungs that an earlier job
    has made are copied. Raises what `encode_video` and storage raise."""
    plan = inputs.encode_plan(attempt)
    chunk = plan.chunks[attempt.task.ordinal]
    copied = await copy_rungs(attempt, plan, chunk)
    missing = [rung for rung in plan.rungs if rung.name not in copied]
    async with Uploads(attempt) as uploads, EarlyPlayback(attempt, plan, uploads) as early:
        if missing:
            result = await _encode(attempt, plan, chunk, missing, copied, uploads, early)
        else:
            result = _taken_over(chunk, _in_order(plan, copied))
            await early.on_proven(result.tracks)
    return Outcome(result.model_dump(mode="json"))


async def _encode(
    attempt: Attempt,
    plan: EncodePlan,
    chunk: Chunk,
    rungs: Sequence[RungPlan],
    copied: Mapping[str, Track],
    uploads: Uploads,
    early: EarlyPlayback,
) -> ChunkResult:
    async def on_progress(progress: Progress) -> None:
        attempt.report(progress.fraction(chunk.frames), progress.speed)

    async def on_proven(tracks: tuple[Track, ...]) -> None:
        count = len(tracks[0].segments)
        parts = {
            name: track.model_copy(update={"segments": track.segments[:count]})
            for name, track in copied.items()
        }
        await early.on_proven(_in_order(plan, {**parts, **{track.name: track for track in tracks}}))

    await fetch_edit_files(attempt, plan)
    video = await fetch_video(attempt.services.db, attempt.job.video_id)
    async with attempt.space.source(attempt.services.storage, video) as source:
        with needed_encoder(attempt, plan.encoder):
            result = await encode_video(
                inputs.ffmpeg(attempt),
                source,
                plan,
                chunk,
                attempt.scratch,
                rungs=rungs,
                on_segment=uploads.on_segment,
                on_proven=on_proven,
                on_progress=on_progress,
            )
    attempt.cpu_seconds += result.cpu_seconds
    every = {**copied, **{track.name: track for track in result.tracks}}
    result = result.model_copy(update={"tracks": _in_order(plan, every)})
    verify.check_aligned(result.tracks)
    return result


def _in_order(plan: EncodePlan, tracks: Mapping[str, Track]) -> tuple[Track, ...]:
    return tuple(tracks[rung.name] for rung in plan.rungs)


def _taken_over(chunk: Chunk, tracks: tuple[Track, ...]) -> ChunkResult:
    """A chunk of which nothing was left to encode."""
    verify.check_aligned(tracks)
    frames = tracks[0].samples
    return ChunkResult(
        ordinal=chunk.ordinal,
        tracks=tracks,
        frames=frames,
        decoded_frames=frames,
        encoded_frames=frames,
        decode_errors=0,
        cpu_seconds=0,
        wall_seconds=0,
    )
