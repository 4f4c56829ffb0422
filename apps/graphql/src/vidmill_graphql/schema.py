"""The schema: every read. Nothing here writes; the database session could not either."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from uuid import UUID

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.types import Info

from vidmill.db import job_reads, task_reads, videos
from vidmill.db.workers import fetch_workers
from vidmill.errors import Forbidden, NotFound
from vidmill.jobs import JobFilter as JobFilterRow
from vidmill.jobs import JobStatus
from vidmill_graphql.context import GraphqlContext, context_of
from vidmill_graphql.limits import EXTENSIONS, MAX_PAGE_SIZE
from vidmill_graphql.types.job import JobType, job_type
from vidmill_graphql.types.page import (
    JobConnection,
    VideoConnection,
    job_connection,
    video_connection,
)
from vidmill_graphql.types.scalars import BIG_INT, JSON, BigInt, Json
from vidmill_graphql.types.system import (
    SystemMetrics,
    UserType,
    WorkerType,
    system_metrics,
    user_type,
    worker_type,
)
from vidmill_graphql.types.video import VideoType, video_type


@strawberry.enum(description="How a list of jobs is sorted.")
class JobOrder(Enum):
    """`JobOrder`; the values are REST's."""

    CREATED_AT_DESC = "-created_at"
    CREATED_AT_ASC = "created_at"
    PRIORITY_DESC = "-priority"
    PRIORITY_ASC = "priority"
    UPDATED_AT_DESC = "-updated_at"
    UPDATED_AT_ASC = "updated_at"


@strawberry.input(description="What a list of jobs is narrowed to.")
class JobFilter:
    """`JobFilter`."""

    status: JobStatus | None = strawberry.field(default=None, description="In this status.")
    priority: int | None = strawberry.field(default=None, description="With this priority.")
    preset: str | None = strawberry.field(default=None, description="With this preset.")
    created_from: datetime | None = strawberry.field(default=None, description="Not older.")
    created_to: datetime | None = strawberry.field(default=None, description="Older.")
    search: str | None = strawberry.field(default=None, description="Part of the file name.")


@strawberry.type(description="Every read.")
class Query:
    """`Query`."""

    @strawberry.field(description="The newest jobs.")
    async def jobs(
        self, info: Info, limit: int = 10, status: JobStatus | None = None
    ) -> list[JobType]:
        """Yours, or, for administrators, everybody's."""
        context = context_of(info)
        where = JobFilterRow(owner_id=context.user.scope, status=status)
        page = await job_reads.list_jobs(context.db, where, limit=_size(limit), cursor=None)
        return [job_type(row) for row in page.items]

    @strawberry.field(description="A job; null where there is none of that id that you may see.")
    async def job(self, info: Info, id: strawberry.ID) -> JobType | None:  # noqa: A002  # the schema's name
        """By id."""
        context = context_of(info)
        job_id = _uuid(id)
        try:
            return job_id and job_type(
                await job_reads.fetch_job(context.db, job_id, owner_id=context.user.scope)
            )
        except NotFound:
            return None

    @strawberry.field(description="Jobs, page by page.")
    async def jobs_connection(
        self,
        info: Info,
        first: int = 100,
        after: str | None = None,
        filter: JobFilter | None = None,  # noqa: A002  # the schema's name
        order_by: JobOrder = JobOrder.CREATED_AT_DESC,
    ) -> JobConnection:
        """Yours, or, for administrators, everybody's."""
        context = context_of(info)
        page = await job_reads.list_jobs(
            context.db, _where(context, filter), sort=order_by.value, limit=_size(first),
            cursor=after,
        )  # fmt: skip
        return job_connection(page, order_by.value, after)

    @strawberry.field(description="A video; null where there is none of that id that you may see.")
    async def video(self, info: Info, id: strawberry.ID) -> VideoType | None:  # noqa: A002  # the schema's name
        """By id."""
        context = context_of(info)
        video_id = _uuid(id)
        row = await context.loaders.videos.load(video_id) if video_id else None
        allowed = row is not None and context.user.scope in (None, row.owner_id)
        return video_type(row) if row is not None and allowed else None

    @strawberry.field(description="Videos, page by page, the newest first.")
    async def videos(
        self, info: Info, first: int = 100, after: str | None = None
    ) -> VideoConnection:
        """Yours, or, for administrators, everybody's."""
        context = context_of(info)
        page = await videos.list_videos(
            context.db, owner_id=context.user.scope, limit=_size(first), cursor=after
        )
        return video_connection(page, after)

    @strawberry.field(description="The account that asks.")
    def me(self, info: Info) -> UserType:
        """From the credentials."""
        return user_type(context_of(info).user)

    @strawberry.field(description="Workers heard of in the last day; for administrators.")
    async def workers(self, info: Info) -> list[WorkerType]:
        """Raises `Forbidden` for anybody else."""
        context = context_of(info)
        if not context.user.is_admin:
            raise Forbidden
        return [worker_type(row) for row in await fetch_workers(context.db)]

    @strawberry.field(description="How much there is to do and how much was done.")
    async def system_metrics(self, info: Info) -> SystemMetrics:
        """Yours, or, for administrators, everybody's."""
        context = context_of(info)
        counts = await job_reads.count_jobs_by_status(context.db, owner_id=context.user.scope)
        return system_metrics(counts, await task_reads.count_queued(context.db))


def _where(context: GraphqlContext, wanted: JobFilter | None) -> JobFilterRow:
    wanted = wanted or JobFilter()
    return JobFilterRow(
        owner_id=context.user.scope,
        status=wanted.status,
        priority=wanted.priority,
        preset=wanted.preset,
        created_from=wanted.created_from,
        created_to=wanted.created_to,
        search=wanted.search,
    )


def _size(wanted: int) -> int:
    if not 1 <= wanted <= MAX_PAGE_SIZE:
        raise GraphQLError(
            f"A page has 1 to {MAX_PAGE_SIZE} entries, not {wanted}.",
            extensions={"code": "page_size"},
        )
    return wanted


def _uuid(identity: str) -> UUID | None:
    try:
        return UUID(identity)
    except ValueError:
        return None


schema = strawberry.Schema(
    query=Query,
    extensions=EXTENSIONS,
    config=StrawberryConfig(scalar_map={BigInt: BIG_INT, Json: JSON}),
)
