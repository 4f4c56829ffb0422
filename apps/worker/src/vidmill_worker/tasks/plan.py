"""Plan: look at the source, refuse what cannot be transcoded, decide rungs and chunks."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from vidmill.db.jobs import save_plan
from vidmill.db.videos import fetch_video
from vidmill.db.workers import fetch_workers
from vidmill.edits import Edits
from vidmill.errors import InvalidSource
from vidmill.jobs import job_prefix
from vidmill.presets import Preset
from vidmill.settings import Settings
from vidmill.tasks import NewTask, TaskKind
from vidmill.workers import encoders_everywhere
from vidmill_worker.attempt import Attempt, Outcome
from vidmill_worker.edit_files import with_edit_files
from vidmill_worker.engine.per_title import fit_to_title
from vidmill_worker.ffmpeg.chunks import FAST_START, WHOLE
from vidmill_worker.ffmpeg.encoder_choice import IN_SOFTWARE, Offer
from vidmill_worker.ffmpeg.encoders import ENCODERS
from vidmill_worker.ffmpeg.plan import EncodePlan, make_plan, with_own_times
from vidmill_worker.probe import Limits, probe
from vidmill_worker.results import ChunksDiffer, HardwareFailed, PicturesLost
from vidmill_worker.reuse import with_donors
from vidmill_worker.tasks import inputs

WHY_ONE_CHUNK = "why_one_chunk"
"""Of a plan task's params: why the video is to be encoded in one chunk, as a sentence."""
WHY_SOFTWARE = "why_software"
"""Of a plan task's params: why no encoder in hardware is to be used, as a sentence. None is in a
job that starts over for any other reason either, so that it can't go round in circles."""
KEEP_TIMES = "keep_times"
"""Of a plan task's params: that each frame is to keep its own time, though the rate is constant."""


def another_way(error: ChunksDiffer, plan: EncodePlan) -> tuple[str, dict[str, Any]]:
    """A code for why chunks made by a plan were no good, and the params of one that does without
    what they failed by: hardware, or chunks."""
    if isinstance(error, HardwareFailed):
        return "hardware_failed", {WHY_SOFTWARE: f"The video is encoded in software, as {error}."}
    if isinstance(error, PicturesLost):
        reason = (
            f"Some pictures of the source cannot be decoded ({error}), so the video is encoded in "
            "one piece, in which every other keeps its own time."
        )
        return "pictures_lost", {WHY_ONE_CHUNK: reason, KEEP_TIMES: True}
    if ENCODERS[plan.encoder].in_hardware:
        reason = f"Chunks from different graphics hardware did not join ({error}), so the video is "
        return "hardware_differs", {WHY_SOFTWARE: f"{reason}encoded in software."}
    reason = f"Chunks from different workers did not join ({error}), so one worker did it all."
    return "chunks_differ", {WHY_ONE_CHUNK: reason}


async def run(attempt: Attempt) -> Outcome:
    """Probe the source and ask for the tasks that the preset needs. Raises `InvalidSource`,
    `MissingObject`."""
    services, job = attempt.services, attempt.job
    params = attempt.task.params
    why_again = params.get(WHY_ONE_CHUNK) or params.get(WHY_SOFTWARE)
    if why_again:
        # What the plan before this one left; nobody writes there any more.
        await services.storage.delete_prefix(job_prefix(job.id))
    edits = Edits.model_validate(job.edits or {})
    preset = Preset.model_validate(job.spec)
    video = await fetch_video(services.db, job.video_id)
    async with attempt.space.source(services.storage, video) as readable:
        attempt.report(0.5)
        source = await probe(
            readable,
            limits(services.settings),
            clip=edits.clip,
            sound_alone=not preset.video.rungs,
        )
        planned = with_own_times(source) if params.get(KEEP_TIMES) else source
        cut = WHOLE if WHY_ONE_CHUNK in params else FAST_START
        offer = IN_SOFTWARE if why_again else await _offer(attempt)
        plan = make_plan(planned, preset, cut, offer)
        if not plan.rungs and plan.audio is None:
            raise InvalidSource(
                "no_audio_stream",
                "The file holds no sound, and its preset makes nothing else. Use a preset with "
                "pictures.",
            )
        plan, fitted = await fit_to_title(inputs.ffmpeg(attempt), readable, plan, attempt.scratch)
        plan = await with_edit_files(attempt, edits, readable, source, plan)
    if why_again:
        plan = plan.model_copy(update={"notes": (*plan.notes, why_again)})
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


async def _offer(attempt: Attempt) -> Offer:
    """The encoders that every worker which may take one of the job's chunks has."""
    services = attempt.services
    wanted = services.settings.video_encoder
    if wanted == "x264":
        return IN_SOFTWARE
    workers = await fetch_workers(services.db)
    return Offer(wanted, encoders_everywhere(workers, datetime.now(UTC)))


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
    needed = {TaskKind.VIDEO} if plan.chunks else set[TaskKind]()
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
    if preset.captions:
        # Also where there is no sound: it is the task that says so.
        tasks.append(NewTask(kind=TaskKind.CAPTIONS, depends_on=encoded - {TaskKind.VIDEO}))
        needed.add(TaskKind.CAPTIONS)
    if preset.metrics:
        tasks.append(NewTask(kind=TaskKind.METRICS, depends_on=frozenset({TaskKind.VIDEO})))
        needed.add(TaskKind.METRICS)
    return [*tasks, NewTask(kind=TaskKind.PACKAGE, depends_on=frozenset(needed))]
