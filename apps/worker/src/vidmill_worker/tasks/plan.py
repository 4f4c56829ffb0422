"""Plan: look at the source, refuse what cannot be transcoded, decide rungs and chunks."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from vidmill.db.jobs import save_plan
from vidmill.db.videos import fetch_video
from vidmill.edits import Edits
from vidmill.jobs import job_prefix
from vidmill.presets import Preset
from vidmill.settings import Settings
from vidmill.tasks import NewTask, TaskKind
from vidmill_worker.attempt import Attempt, Outcome
from vidmill_worker.edit_files import with_edit_files
from vidmill_worker.engine.per_title import fit_to_title
from vidmill_worker.ffmpeg.chunks import FAST_START, WHOLE
from vidmill_worker.ffmpeg.plan import EncodePlan, make_plan, with_own_times
from vidmill_worker.probe import Limits, probe
from vidmill_worker.results import ChunksDiffer, PicturesLost
from vidmill_worker.reuse import with_donors
from vidmill_worker.tasks import inputs

WHY_ONE_CHUNK = "why_one_chunk"
"""Of a plan task's params: why the video is to be encoded in one chunk, as a sentence."""
KEEP_TIMES = "keep_times"
"""Of a plan task's params: that each frame is to keep its own time, though the rate is constant."""


def one_chunk(error: ChunksDiffer) -> tuple[str, dict[str, Any]]:
    """A code for why chunks were no good, and the params of a plan that does without."""
    if isinstance(error, PicturesLost):
        reason = (
            f"Some pictures of the source cannot be decoded ({error}), so the video is encoded in "
            "one piece, in which every other keeps its own time."
        )
        return "pictures_lost", {WHY_ONE_CHUNK: reason, KEEP_TIMES: True}
    reason = f"Chunks from different workers did not join ({error}), so one worker did it all."
    return "chunks_differ", {WHY_ONE_CHUNK: reason}


async def run(attempt: Attempt) -> Outcome:
    """Probe the source and ask for the tasks that the preset needs. Raises `InvalidSource`,
    `MissingObject`."""
    services, job = attempt.services, attempt.job
    why_one_chunk = attempt.task.params.get(WHY_ONE_CHUNK)
    if why_one_chunk:
        # What the plan before this one left; nobody writes there any more.
        await services.storage.delete_prefix(job_prefix(job.id))
    edits = Edits.model_validate(job.edits or {})
    preset = Preset.model_validate(job.spec)
    video = await fetch_video(services.db, job.video_id)
    async with attempt.space.source(services.storage, video) as readable:
        attempt.report(0.5)
        source = await probe(readable, limits(services.settings), clip=edits.clip)
        planned = with_own_times(source) if attempt.task.params.get(KEEP_TIMES) else source
        plan = make_plan(planned, preset, WHOLE if why_one_chunk else FAST_START)
        plan, fitted = await fit_to_title(inputs.ffmpeg(attempt), readable, plan, attempt.scratch)
        plan = await with_edit_files(attempt, edits, readable, source, plan)
    if why_one_chunk:
        plan = plan.model_copy(update={"notes": (*plan.notes, why_one_chunk)})
    plan = await with_donors(attempt, video, plan)
    await save_plan(
        services.db,
        attempt.lease,
        source=source.model_dump(mode="json"),
        encode_plan=plan.model_dump(mode="json"),
    )
    result: dict[str, Any] = {"chunks": len(plan.chunks)}
    if fitted is not None:
        attempt.cpu_seconds += fitted.cpu_seconds
        result["per_title"] = asdict(fitted)
    return Outcome(result, new_tasks=task_graph(plan, preset))


def limits(settings: Settings) -> Limits:
    """What a source may be, from the settings."""
    return Limits(
        min_seconds=settings.input_min_seconds,
        max_seconds=settings.input_max_seconds,
        max_bytes=settings.input_max_bytes,
        min_short_side=settings.input_min_short_side,
        max_pixels=settings.input_max_pixels,
        max_frame_rate=settings.input_max_frame_rate,
        max_frames=settings.input_max_frames,
        max_total_pixels=settings.input_max_total_pixels,
    )


def task_graph(plan: EncodePlan, preset: Preset) -> list[NewTask]:
    """The tasks behind a plan. Stills and MP4s are made from finished segments, so they wait for
    these; the package waits for everything."""
    tasks = [NewTask(kind=TaskKind.VIDEO, ordinal=chunk.ordinal) for chunk in plan.chunks]
    needed = {TaskKind.VIDEO}
    if plan.audio is not None:
        tasks.append(NewTask(kind=TaskKind.AUDIO))
        needed.add(TaskKind.AUDIO)
    encoded = frozenset(needed)
    if plan.subtitles:
        tasks.append(NewTask(kind=TaskKind.SUBTITLES))
        needed.add(TaskKind.SUBTITLES)
    if preset.has_images:
        tasks.append(NewTask(kind=TaskKind.IMAGES, depends_on=frozenset({TaskKind.VIDEO})))
        needed.add(TaskKind.IMAGES)
    if preset.mp4:
        tasks.append(NewTask(kind=TaskKind.MP4, depends_on=encoded))
        needed.add(TaskKind.MP4)
    if preset.metrics:
        tasks.append(NewTask(kind=TaskKind.METRICS, depends_on=frozenset({TaskKind.VIDEO})))
        needed.add(TaskKind.METRICS)
    return [*tasks, NewTask(kind=TaskKind.PACKAGE, depends_on=frozenset(needed))]
