"""Subtitles: the source's own, as WebVTT. They never fail a job: what can't be read is left out."""

from __future__ import annotations

from vidmill.db.videos import fetch_video
from vidmill_worker.attempt import Attempt, Outcome
from vidmill_worker.engine.subtitles import make_subtitles
from vidmill_worker.outputs import Uploads
from vidmill_worker.source_blocks import Pace
from vidmill_worker.tasks import inputs


class _ReadingFailed(Exception):
    """The file was not read to its end: through its own fault, or the storage's."""


async def run(attempt: Attempt) -> Outcome:
    """Read, verify and store the subtitles. Raises what storage raises."""
    plan = inputs.encode_plan(attempt)
    services = attempt.services
    video = await fetch_video(services.db, attempt.job.video_id)
    result = None
    try:
        async with attempt.space.source(services.storage, video, Pace()) as source:
            result = await make_subtitles(
                source,
                plan,
                attempt.scratch,
                timeout_seconds=services.settings.ffmpeg_max_seconds,
                on_progress=attempt.report,
            )
            _raise_if(result.problem)
    except _ReadingFailed:
        assert result is not None
    attempt.cpu_seconds += result.cpu_seconds
    async with Uploads(attempt) as uploads:
        for track in result.tracks:
            uploads.start(track.file.name)
    return Outcome(result.model_dump(mode="json"))


def _raise_if(problem: str | None) -> None:
    """Inside the source's context: where it was storage that failed, that says so instead."""
    if problem is not None:
        raise _ReadingFailed(problem)
