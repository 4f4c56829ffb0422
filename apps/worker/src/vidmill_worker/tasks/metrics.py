"""Metrics: how near finished renditions come to the source. A job can be played meanwhile, and is
not lost if they can't be measured."""

from __future__ import annotations

from vidmill.db.videos import fetch_video
from vidmill.presets import Preset
from vidmill.sources import SourceInfo
from vidmill_worker.attempt import Attempt, Outcome
from vidmill_worker.edit_files import fetch_edit_files
from vidmill_worker.engine.metrics import NotAligned, measure
from vidmill_worker.ffmpeg.plan import SEEKABLE_FORMATS
from vidmill_worker.ffmpeg.run import FFmpegError
from vidmill_worker.metric_results import MetricsResult
from vidmill_worker.results import join_chunks
from vidmill_worker.shelf import Shelf
from vidmill_worker.tasks import inputs

ATTEMPTS = 2
"""Then the job goes on without: what was published can be measured by a later job."""


async def run(attempt: Attempt) -> Outcome:
    """Measure what the job asks for. Raises `ChunksDiffer`, what storage raises and, at first, what
    FFmpeg raises."""
    try:
        result = await _measure(attempt)
    except NotAligned as error:
        result = _without(f"The renditions could not be compared with the source: {error}.")
    except FFmpegError as error:
        if attempt.task.attempt < ATTEMPTS:
            raise
        result = _without(f"The renditions could not be measured: {error}")
    attempt.cpu_seconds += result.cpu_seconds
    return Outcome(result.model_dump(mode="json"))


async def _measure(attempt: Attempt) -> MetricsResult:
    plan = inputs.encode_plan(attempt)
    tracks = join_chunks(await inputs.chunk_results(attempt))
    source = SourceInfo.model_validate(attempt.job.source)
    services = attempt.services

    async def on_share(share: float) -> None:
        attempt.report(share)

    await fetch_edit_files(attempt, plan)
    video = await fetch_video(services.db, attempt.job.video_id)
    async with attempt.space.source(services.storage, video) as readable, Shelf(attempt) as shelf:
        return await measure(
            inputs.ffmpeg(attempt),
            readable,
            plan,
            (source.video.width, source.video.height),
            tracks,
            Preset.model_validate(attempt.job.spec).metrics,
            attempt.scratch,
            shelf.borrow,
            seekable=not plan.variable_frame_rate and source.format in SEEKABLE_FORMATS,
            on_share=on_share,
        )


def _without(reason: str) -> MetricsResult:
    return MetricsResult(
        scores={},
        width=0,
        height=0,
        frames=0,
        of_frames=0,
        vmaf_model=None,
        notes=(reason,),
        cpu_seconds=0,
        wall_seconds=0,
    )
