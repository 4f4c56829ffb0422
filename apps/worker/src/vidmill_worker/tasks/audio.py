"""Audio: encode it once and whole, for every rendition, and as MP3."""

from __future__ import annotations

from vidmill.db.videos import fetch_video
from vidmill_worker.attempt import Attempt, Outcome
from vidmill_worker.early import EarlyPlayback
from vidmill_worker.engine.audio import encode_audio
from vidmill_worker.ffmpeg.progress import Progress
from vidmill_worker.outputs import Uploads
from vidmill_worker.reuse import copy_sound
from vidmill_worker.source_blocks import Pace
from vidmill_worker.tasks import inputs


async def run(attempt: Attempt) -> Outcome:
    """Encode, verify and store the audio, or copy an earlier job's. Raises what `encode_audio` and
    storage raise."""
    plan = inputs.encode_plan(attempt)
    services = attempt.services
    if taken_over := await copy_sound(attempt, plan):
        async with Uploads(attempt) as uploads, EarlyPlayback(attempt, plan, uploads) as early:
            await early.on_proven(taken_over.tracks)
        return Outcome(taken_over.model_dump(mode="json"))

    async def on_progress(progress: Progress) -> None:
        attempt.report(progress.out_seconds / float(plan.duration_seconds), progress.speed)

    video = await fetch_video(services.db, attempt.job.video_id)
    async with Uploads(attempt) as uploads, EarlyPlayback(attempt, plan, uploads) as early:
        async with attempt.space.source(services.storage, video, Pace()) as source:
            result = await encode_audio(
                inputs.ffmpeg(attempt),
                source,
                plan,
                attempt.scratch,
                on_segment=uploads.on_segment,
                on_proven=early.on_proven,
                on_progress=on_progress,
            )
        attempt.cpu_seconds += result.cpu_seconds
        if result.mp3_name is not None:
            uploads.start(result.mp3_name)
    return Outcome(result.model_dump(mode="json"))
