"""What jobs have many of, over all jobs: tasks and files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import strawberry
from strawberry.types import Info

from vidmill.db.job_parts import ASSETS, TASKS, Part, PartFilter, list_parts
from vidmill.jobs import AssetKind
from vidmill.tasks import TaskKind, TaskStatus
from vidmill_graphql.context import GraphqlContext, context_of
from vidmill_graphql.queries.arguments import page_size, uuid_or_none
from vidmill_graphql.types.page import AssetConnection, Connection, TaskConnection

#: What of a connection takes a count.
_COUNTS = frozenset({"total_count", "total_is_exact"})


@strawberry.type
class PartQueries:
    """Of your jobs, or, for administrators, of everybody's."""

    @strawberry.field(
        description="Tasks, page by page: those of the newest job first, in the order in which the "
        "job lists them.",
        graphql_type=TaskConnection,
    )
    async def tasks(
        self,
        info: Info,
        first: int = 100,
        after: str | None = None,
        job_id: strawberry.ID | None = None,
        kind: TaskKind | None = None,
        status: TaskStatus | None = None,
    ) -> Any:
        """Counted only where that is asked for."""
        context = context_of(info)
        where = PartFilter(
            owner_id=context.user.scope, job_id=_job_id(job_id), kind=kind, status=status
        )
        return await _page(context, TASKS, where, first, after)

    @strawberry.field(
        description="Published files, page by page: those of the newest job first, in the order in "
        "which the job lists them.",
        graphql_type=AssetConnection,
    )
    async def assets(
        self,
        info: Info,
        first: int = 100,
        after: str | None = None,
        job_id: strawberry.ID | None = None,
        kind: AssetKind | None = None,
    ) -> Any:
        """Counted only where that is asked for."""
        context = context_of(info)
        where = PartFilter(owner_id=context.user.scope, job_id=_job_id(job_id), kind=kind)
        return await _page(context, ASSETS, where, first, after)


def _job_id(identity: str | None) -> UUID | None:
    # An id that can't be one has no tasks and no files.
    return None if identity is None else uuid_or_none(identity) or UUID(int=0)


async def _page(
    context: GraphqlContext, part: Part, where: PartFilter, first: int, after: str | None
) -> Connection:
    page = await list_parts(
        context.db,
        part,
        where,
        columns=context.wanted,
        limit=page_size(first),
        cursor=after,
        counted=context.wanted is None or bool(_COUNTS & context.wanted),
    )
    return Connection(page, part, after)
