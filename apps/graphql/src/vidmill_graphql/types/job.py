"""Jobs."""

from __future__ import annotations

from datetime import UTC, datetime

import strawberry
from strawberry.types import Info

from vidmill.jobs import Job, JobStatus, remaining_seconds
from vidmill.presentation import percent, playback
from vidmill.tasks import TaskKind
from vidmill_graphql.context import context_of
from vidmill_graphql.types.asset import AssetType, asset_type
from vidmill_graphql.types.edits import EditsType, edits_type
from vidmill_graphql.types.rendition import RenditionType, rendition_type
from vidmill_graphql.types.scalars import Json
from vidmill_graphql.types.source import SourceType, source_type
from vidmill_graphql.types.task import TaskType, task_type
from vidmill_graphql.types.verification import VerificationType, verification_type
from vidmill_graphql.types.video import VideoType, video_type


@strawberry.type(name="JobError", description="Why a job failed.")
class JobErrorType:
    """`JobError`."""

    code: str = strawberry.field(description="Stable; for programs.")
    message: str = strawberry.field(description="For people; says what to do.")
    task: TaskKind | None = strawberry.field(description="The task that failed.")
    attempts: int = strawberry.field(description="How often it was tried.")
    log_tail: str | None = strawberry.field(description="Last lines of FFmpeg's output.")


@strawberry.type(name="Playback", description="Where to play a job; signed, for a while.")
class PlaybackType:
    """`Playback`."""

    hls_url: str = strawberry.field(description="HLS master playlist.")
    dash_url: str | None = strawberry.field(description="DASH manifest.")
    poster_url: str | None = strawberry.field(description="A still.")
    storyboard_url: str | None = strawberry.field(
        description="WebVTT of small pictures for a scrub bar; its sprites lie beside it."
    )


@strawberry.type(name="Job", description="One transcode of one video with one preset.")
class JobType:
    """`Job`."""

    row: strawberry.Private[Job]
    id: strawberry.ID = strawberry.field(description="UUID.")
    status: JobStatus = strawberry.field(description="Where it stands.")
    priority: int = strawberry.field(description="0 to 10, the most urgent.")
    preset: str = strawberry.field(description="Name of its preset.")
    input_key: str = strawberry.field(description="Key of the source in the bucket.")
    video_id: strawberry.ID = strawberry.field(description="The video it transcodes.")
    filename: str = strawberry.field(description="Name of the uploaded file.")
    metadata: Json = strawberry.field(description="What its owner attached to it.")
    edits: EditsType | None = strawberry.field(
        description="What is done to its source before it is encoded."
    )
    progress: float = strawberry.field(description="0 to 100.")
    eta_seconds: float | None = strawberry.field(description="Seconds left at the pace so far.")
    created_at: datetime = strawberry.field(description="When it was accepted.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    started_at: datetime | None = strawberry.field(description="When work on it began.")
    playable_at: datetime | None = strawberry.field(description="When it could first be played.")
    completed_at: datetime | None = strawberry.field(description="When it ended, in any way.")
    error_message: str | None = strawberry.field(description="Why it failed, in one sentence.")
    source: SourceType | None = strawberry.field(description="Its source, once looked at.")
    notes: list[str] = strawberry.field(
        description="What is out of the ordinary with the source and how it is dealt with."
    )

    @strawberry.field(description="The address of its page in the web app.")
    def page_url(self, info: Info) -> str:
        """Signed by nobody: the page asks who is there."""
        return context_of(info).links.page(self.row.id)

    @strawberry.field(description="Its tasks, in the order of kind and ordinal.")
    async def tasks(self, info: Info) -> list[TaskType]:
        """Batched."""
        return [task_type(t) for t in await context_of(info).loaders.tasks.load(self.row.id)]

    @strawberry.field(description="Its published qualities, the smallest first.")
    async def renditions(self, info: Info) -> list[RenditionType]:
        """Batched."""
        context = context_of(info)
        rows = await context.loaders.renditions.load(self.row.id)
        base = context.links.media(self.row.id) if rows else ""
        return [rendition_type(row, base) for row in rows]

    @strawberry.field(description="Its published files.")
    async def assets(self, info: Info) -> list[AssetType]:
        """Batched."""
        context = context_of(info)
        rows = await context.loaders.assets.load(self.row.id)
        base = context.links.media(self.row.id) if rows else ""
        return [asset_type(row, base) for row in rows]

    @strawberry.field(description="Where to play it, once it can be played.")
    async def playback(self, info: Info) -> PlaybackType | None:
        """Batched."""
        if self.row.playable_at is None:
            return None
        context = context_of(info)
        assets = await context.loaders.assets.load(self.row.id)
        urls = playback(self.row, assets, context.links.media(self.row.id))
        if urls is None:
            return None
        return PlaybackType(
            hls_url=urls.hls_url,
            dash_url=urls.dash_url,
            poster_url=urls.poster_url,
            storyboard_url=urls.storyboard_url,
        )

    @strawberry.field(description="Why it failed.")
    async def error(self, info: Info) -> JobErrorType | None:
        """Batched."""
        row = self.row
        if row.error_code is None:
            return None
        tasks = await context_of(info).loaders.tasks.load(row.id)
        return JobErrorType(
            code=row.error_code,
            message=row.error_message or "",
            task=TaskKind(row.error_task) if row.error_task else None,
            attempts=max((t.attempt for t in tasks if t.kind == row.error_task), default=0),
            log_tail=row.error_log,
        )

    @strawberry.field(description="The last verification that was asked for, if one was.")
    async def verification(self, info: Info) -> VerificationType | None:
        """Batched."""
        return verification_type(await context_of(info).loaders.tasks.load(self.row.id))

    @strawberry.field(description="The video it transcodes.")
    async def video(self, info: Info) -> VideoType | None:
        """Batched."""
        video = await context_of(info).loaders.videos.load(self.row.video_id)
        return video_type(video) if video else None


def job_type(job: Job) -> JobType:
    """From a row."""
    eta = remaining_seconds(job, datetime.now(UTC))
    return JobType(
        row=job,
        id=strawberry.ID(str(job.id)),
        status=JobStatus(job.status),
        priority=job.priority,
        preset=job.preset,
        input_key=job.input_key,
        video_id=strawberry.ID(str(job.video_id)),
        filename=job.filename,
        metadata=Json(job.metadata),
        edits=edits_type(job),
        progress=percent(job.progress),
        eta_seconds=None if eta is None else round(eta, 1),
        created_at=job.created_at,
        updated_at=job.updated_at,
        started_at=job.started_at,
        playable_at=job.playable_at,
        completed_at=job.finished_at,
        error_message=job.error_message,
        source=source_type(job),
        notes=job.notes,
    )
