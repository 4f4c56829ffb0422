"""Jobs and what belongs to them."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any

import strawberry
from strawberry.types import Info

from vidmill.db import job_lists, job_reads, lean_reads
from vidmill.errors import NotFound
from vidmill.jobs import JobFilter as JobFilterRow
from vidmill.jobs import JobStatus
from vidmill_graphql.context import GraphqlContext, context_of
from vidmill_graphql.queries.arguments import page_size, uuid_or_none
from vidmill_graphql.types.job import JobType
from vidmill_graphql.types.page import Connection, JobConnection


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


@strawberry.type
class JobQueries:
    """Yours, or, for administrators, everybody's."""

    @strawberry.field(description="The newest jobs.", graphql_type=list[JobType])
    async def jobs(self, info: Info, limit: int = 10, status: JobStatus | None = None) -> Any:
        """Without a count, which takes longer than the page where there are many."""
        context = context_of(info)
        where = JobFilterRow(
            owner_id=context.user.scope, statuses=() if status is None else (status,)
        )
        page = await lean_reads.list_jobs(
            context.db, where, columns=context.wanted, limit=page_size(limit), counted=False
        )
        return page.items

    @strawberry.field(
        description="A job; null where there is none of that id that you may see.",
        graphql_type=JobType | None,
    )
    async def job(self, info: Info, id: strawberry.ID) -> Any:  # noqa: A002  # the schema's name
        """By id."""
        context = context_of(info)
        job_id = uuid_or_none(id)
        try:
            return job_id and await job_reads.fetch_job(
                context.db, job_id, owner_id=context.user.scope
            )
        except NotFound:
            return None

    @strawberry.field(description="Jobs, page by page.", graphql_type=JobConnection)
    async def jobs_connection(
        self,
        info: Info,
        first: int = 100,
        after: str | None = None,
        filter: JobFilter | None = None,  # noqa: A002  # the schema's name
        order_by: JobOrder = JobOrder.CREATED_AT_DESC,
    ) -> Any:
        """With a count."""
        context, sort = context_of(info), order_by.value
        page = await lean_reads.list_jobs(
            context.db,
            _where(context, filter),
            columns=context.wanted,
            sort=sort,
            limit=page_size(first),
            cursor=after,
        )
        return Connection(page, job_lists.ORDERS[sort], after)


def _where(context: GraphqlContext, wanted: JobFilter | None) -> JobFilterRow:
    wanted = wanted or JobFilter()
    return JobFilterRow(
        owner_id=context.user.scope,
        statuses=() if wanted.status is None else (wanted.status,),
        priority=wanted.priority,
        preset=wanted.preset,
        created_from=wanted.created_from,
        created_to=wanted.created_to,
        search=wanted.search,
    )
