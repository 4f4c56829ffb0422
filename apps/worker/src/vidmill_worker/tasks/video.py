"""Video: encode one chunk into every rung. Segments go to storage while encoding goes on."""

from __future__ import annotations

from vidmill.db.videos import fetch_video
from vidmill_worker.attempt import Attempt, Outcome
from vidmill_worker.early import EarlyPlayback
from vidmill_worker.engine.video import encode_video
from vidmill_worker.ffmpeg.progress import Progress
from vidmill_worker.outputs import Uploads
from vidmill_worker.tasks import inputs


async def run(attempt: Attempt) -> Outcome:
    """Encode, verify and store the chunk that the task's ordinal names. Raises what
    `encode_video` and storage raise."""
    plan = inputs.encode_plan(attempt)
    chunk = plan.chunks[attempt.task.ordinal]
    services = attempt.services

    async def on_progress(progress: Progress) -> None:
        attempt.report(progress.fraction(chunk.frames), progress.speed)

    video = await fetch_video(services.db, attempt.job.video_id)
    async with Uploads(attempt) as uploads, EarlyPlayback(attempt, plan, uploads) as early:
        async with attempt.space.source(services.storage, video) as source:
            result = await encode_video(
                inputs.ffmpeg(attempt),
                source,
                plan,
                chunk,
                attempt.scratch,
                on_segment=uploads.on_segment,
                on_proven=early.on_proven,
                on_progress=on_progress,
            )
        attempt.cpu_seconds += result.cpu_seconds
    return Outcome(result.model_dump(mode="json"))
