"""What tasks read of the job they belong to: its plan, and the results of finished tasks."""

from __future__ import annotations

from dataclasses import replace

from vidmill.db.task_reads import fetch_tasks
from vidmill.tasks import TaskKind, TaskStatus
from vidmill_worker.attempt import Attempt
from vidmill_worker.captions.results import CaptionsResult
from vidmill_worker.ffmpeg.executable import ffmpeg_of
from vidmill_worker.ffmpeg.plan import EncodePlan
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.image_results import ImagesResult
from vidmill_worker.metric_results import MetricsResult
from vidmill_worker.results import AudioResult, ChunkResult, Mp4Result
from vidmill_worker.subtitles.results import SubtitlesResult


def encode_plan(attempt: Attempt) -> EncodePlan:
    """The plan that every task of the job shares."""
    return EncodePlan.model_validate(attempt.job.encode_plan)


#: How far encoders stand back, so that what makes a job playable comes first where several share a
#: machine, and no further: whatever else runs there comes first too. Their weights are 1024 for the
#: first chunk, 423 for the sound, which is encoded at a hundred times real time, and 215 for all
#: other chunks (sched(7)).
AUDIO_NICENESS = 4
LATER_CHUNK_NICENESS = 7
#: Captions, measuring and verifying stand back further, behind all encoders: jobs can be played.
PLAYABLE_NICENESS = 10


def ffmpeg(attempt: Attempt) -> FFmpeg:
    """FFmpeg as this worker may run it for this task."""
    niceness = 0
    if attempt.task.kind == TaskKind.AUDIO:
        niceness = AUDIO_NICENESS
    elif attempt.task.kind == TaskKind.VIDEO and attempt.task.ordinal > 0:
        niceness = LATER_CHUNK_NICENESS
    elif attempt.task.kind in {TaskKind.CAPTIONS, TaskKind.METRICS, TaskKind.VERIFY}:
        niceness = PLAYABLE_NICENESS
    return replace(ffmpeg_of(attempt.services.settings), niceness=niceness)


async def chunk_results(attempt: Attempt) -> list[ChunkResult]:
    """Every encoded chunk, in order."""
    return [ChunkResult.model_validate(r) for r in await _results(attempt, TaskKind.VIDEO)]


async def audio_result(attempt: Attempt) -> AudioResult | None:
    """The encoded audio, if there is any."""
    found = await _results(attempt, TaskKind.AUDIO)
    return AudioResult.model_validate(found[0]) if found else None


async def images_result(attempt: Attempt) -> ImagesResult | None:
    """Stills, storyboard and previews, if the preset asked for any."""
    found = await _results(attempt, TaskKind.IMAGES)
    return ImagesResult.model_validate(found[0]) if found else None


async def mp4_result(attempt: Attempt) -> Mp4Result | None:
    """The progressive MP4s, if the preset asked for them."""
    found = await _results(attempt, TaskKind.MP4)
    return Mp4Result.model_validate(found[0]) if found else None


async def subtitles_result(attempt: Attempt) -> SubtitlesResult | None:
    """The source's own text, if there is any."""
    found = await _results(attempt, TaskKind.SUBTITLES)
    return SubtitlesResult.model_validate(found[0]) if found else None


async def captions_result(attempt: Attempt) -> CaptionsResult | None:
    """What is spoken, if the job asked for it and it could be made."""
    found = await _results(attempt, TaskKind.CAPTIONS)
    return CaptionsResult.model_validate(found[0]) if found else None


async def metrics_result(attempt: Attempt) -> MetricsResult | None:
    """How good the renditions are, if the job asked for that."""
    found = await _results(attempt, TaskKind.METRICS)
    return MetricsResult.model_validate(found[0]) if found else None


async def _results(attempt: Attempt, kind: TaskKind) -> list[dict[str, object]]:
    rows = await fetch_tasks(attempt.services.db, [attempt.job.id])
    return [
        row.result
        for row in rows
        if row.kind == kind and row.status == TaskStatus.COMPLETED and row.result is not None
    ]
