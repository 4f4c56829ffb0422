"""Jobs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import strawberry

from vidmill.jobs import Asset, Job, JobStatus, Rendition, job_notes, remaining_seconds
from vidmill.ledger import Ledger
from vidmill.presentation import Playback, percent, playback
from vidmill.tasks import Task, TaskKind
from vidmill.videos import Video
from vidmill_graphql.context import GraphqlContext
from vidmill_graphql.fields import batched, computed
from vidmill_graphql.types.asset import AssetType
from vidmill_graphql.types.edits import EditsType, edits_type
from vidmill_graphql.types.ledger import LedgerType
from vidmill_graphql.types.playback import PlaybackType
from vidmill_graphql.types.rendition import RenditionType
from vidmill_graphql.types.scalars import Json
from vidmill_graphql.types.source import SourceType, source_type
from vidmill_graphql.types.task import TaskType
from vidmill_graphql.types.verification import VerificationType, verification_type
from vidmill_graphql.types.video import VideoType

Jobs = Sequence[Job]


@strawberry.type(name="JobError", description="Why a job failed.")
class JobErrorType:
    """`JobError`."""

    code: str = strawberry.field(description="Stable; for programs.")
    message: str = strawberry.field(description="For people; says what to do.")
    task: TaskKind | None = strawberry.field(description="The task that failed.")
    attempts: int = strawberry.field(description="How often it was tried.")
    log_tail: str | None = strawberry.field(description="Last lines of FFmpeg's output.")


def _eta_seconds(job: Job, _: GraphqlContext) -> float | None:
    eta = remaining_seconds(job, datetime.now(UTC))
    return None if eta is None else round(eta, 1)


async def _tasks(jobs: Jobs, context: GraphqlContext) -> Sequence[list[Task]]:
    return await context.loaders.tasks.load([job.id for job in jobs])


async def _renditions(jobs: Jobs, context: GraphqlContext) -> Sequence[list[Rendition]]:
    return await context.loaders.renditions(context.wanted).load([job.id for job in jobs])


async def _assets(jobs: Jobs, context: GraphqlContext) -> Sequence[list[Asset]]:
    return await context.loaders.assets.load([job.id for job in jobs])


async def _playback(jobs: Jobs, context: GraphqlContext) -> Sequence[Playback | None]:
    playable = [job for job in jobs if job.playable_at is not None]
    assets = await context.loaders.assets.load([job.id for job in playable])
    found = {
        job.id: playback(job, its, context.media(job.id))
        for job, its in zip(playable, assets, strict=True)
    }
    return [found.get(job.id) for job in jobs]


async def _error(jobs: Jobs, context: GraphqlContext) -> Sequence[JobErrorType | None]:
    failed = [job for job in jobs if job.error_code is not None]
    tasks = await context.loaders.tasks.load([job.id for job in failed])
    found = {job.id: _job_error(job, its) for job, its in zip(failed, tasks, strict=True)}
    return [found.get(job.id) for job in jobs]


def _job_error(job: Job, tasks: Sequence[Task]) -> JobErrorType:
    return JobErrorType(
        code=job.error_code or "",
        message=job.error_message or "",
        task=TaskKind(job.error_task) if job.error_task else None,
        attempts=max((t.attempt for t in tasks if t.kind == job.error_task), default=0),
        log_tail=job.error_log,
    )


async def _verification(jobs: Jobs, context: GraphqlContext) -> Sequence[VerificationType | None]:
    return [verification_type(tasks) for tasks in await _tasks(jobs, context)]


async def _ledger(jobs: Jobs, context: GraphqlContext) -> Sequence[Ledger]:
    return await context.loaders.ledgers.load([job.id for job in jobs])


async def _queue_position(jobs: Jobs, context: GraphqlContext) -> Sequence[int | None]:
    queued = [job.id for job in jobs if job.status == JobStatus.QUEUED]
    positions = await context.loaders.queue_positions.load(queued)
    found = dict(zip(queued, positions, strict=True))
    return [found.get(job.id) for job in jobs]


async def _video(jobs: Jobs, context: GraphqlContext) -> Sequence[Video | None]:
    return await context.loaders.videos.load([job.video_id for job in jobs])


@strawberry.type(name="Job", description="One transcode of one video with one preset.")
class JobType:
    """A `vidmill.jobs.Job`."""

    id: strawberry.ID = strawberry.field(description="UUID.")
    status: JobStatus = strawberry.field(description="Where it stands.")
    priority: int = strawberry.field(description="0 to 10, the most urgent.")
    preset: str = strawberry.field(description="Name of its preset.")
    input_key: str = strawberry.field(description="Key of the source in the bucket.")
    video_id: strawberry.ID = strawberry.field(description="The video it transcodes.")
    filename: str = strawberry.field(description="Name of the uploaded file.")
    metadata: Json = strawberry.field(description="What its owner attached to it.")
    edits: EditsType | None = computed(
        lambda job, _: edits_type(job),
        "What is done to its source before it is encoded.",
        ("edits",),
    )
    progress: float = computed(
        lambda job, _: percent(job.progress),
        "0 to 100.",
        ("progress",),
    )
    eta_seconds: float | None = computed(
        _eta_seconds,
        "Seconds left at the pace so far.",
        ("status", "started_at", "progress", "paused_seconds"),
    )
    queue_position: int | None = batched(
        _queue_position,
        "Of a queued job: its place among all that are queued, 1 for the next.",
        ("id", "status"),
    )
    created_at: datetime = strawberry.field(description="When it was accepted.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    started_at: datetime | None = strawberry.field(description="When work on it began.")
    playable_at: datetime | None = strawberry.field(description="When it could first be played.")
    completed_at: datetime | None = computed(
        lambda job, _: job.finished_at,
        "When it ended, in any way.",
        ("finished_at",),
    )
    error_message: str | None = strawberry.field(description="Why it failed, in one sentence.")
    source: SourceType | None = computed(
        lambda job, _: source_type(job),
        "Its source, once looked at.",
        ("source", "filename"),
    )
    notes: list[str] = computed(
        lambda job, _: job_notes(job.encode_plan),
        "What is out of the ordinary with the source and how it is dealt with.",
        ("encode_plan",),
    )
    page_url: str = computed(
        lambda job, context: context.links.page(job.id),
        "The address of its page in the web app.",
        ("id",),
    )
    tasks: list[TaskType] = batched(
        _tasks,
        "Its tasks, in the order of kind and ordinal.",
        ("id",),
    )
    renditions: list[RenditionType] = batched(
        _renditions,
        "Its published qualities, the smallest first.",
        ("id",),
    )
    assets: list[AssetType] = batched(
        _assets,
        "Its published files.",
        ("id",),
    )
    playback: PlaybackType | None = batched(
        _playback,
        "Where to play it, once it can be played.",
        ("id", "playable_at"),
    )
    error: JobErrorType | None = batched(
        _error,
        "Why it failed.",
        ("id", "error_code", "error_message", "error_task", "error_log"),
    )
    verification: VerificationType | None = batched(
        _verification,
        "The last verification that was asked for, if one was.",
        ("id",),
    )
    ledger: LedgerType = batched(
        _ledger,
        "What it has used so far, and what that is said to cost.",
        ("id",),
    )
    video: VideoType | None = batched(
        _video,
        "The video it transcodes.",
        ("video_id",),
    )
