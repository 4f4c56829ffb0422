"""Accounts, workers, and figures of the whole system."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.types import Info

from vidmill.db import administration, figures, job_statistics, task_reads
from vidmill.db.figures import Bucket
from vidmill.db.workers import fetch_workers
from vidmill.errors import Forbidden
from vidmill_graphql.context import context_of
from vidmill_graphql.queries.arguments import page_size
from vidmill_graphql.types.figures import DeadLetterType, QueueType, ThroughputType
from vidmill_graphql.types.system import (
    SystemMetrics,
    UserType,
    WorkerType,
    system_metrics,
)

#: A day in minutes, two months in hours, four years in days.
MAX_BUCKETS = 1500


@strawberry.type
class SystemQueries:
    """About accounts and the system."""

    @strawberry.field(description="The account that asks.", graphql_type=UserType)
    def me(self, info: Info) -> Any:
        """From the credentials."""
        return context_of(info).user

    @strawberry.field(
        description="Workers heard of in the last day; for administrators.",
        graphql_type=list[WorkerType],
    )
    async def workers(self, info: Info) -> Any:
        """Raises `Forbidden` for anybody else."""
        context = context_of(info)
        if not context.user.is_admin:
            raise Forbidden
        return await fetch_workers(context.db)

    @strawberry.field(
        description="What waits, by priority, the most urgent first; the whole system's.",
        graphql_type=list[QueueType],
    )
    async def queues(self, info: Info) -> Any:
        """Priorities of which nothing waits are missing."""
        context = context_of(info)
        assert context.user, "somebody has to ask"
        return await figures.fetch_queue(context.db)

    @strawberry.field(
        description="Jobs that ended, as a series: up to 1,500 pieces, by default the last 60.",
        graphql_type=list[ThroughputType],
    )
    async def throughput(
        self,
        info: Info,
        bucket: Bucket = Bucket.HOUR,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Any:
        """Yours, or, for administrators, everybody's."""
        context = context_of(info)
        end = until or datetime.now(UTC)
        begin = since or end - 59 * bucket.length
        if any(moment.tzinfo is None for moment in (begin, end)):
            raise GraphQLError(
                "Say times with an offset, such as 2026-05-01T12:00:00Z.",
                extensions={"code": "invalid_range"},
            )
        if not timedelta(0) <= end - begin <= MAX_BUCKETS * bucket.length:
            raise GraphQLError(
                f"From since to until is at most {MAX_BUCKETS:,} times the bucket, and not less "
                "than nothing. Take a larger bucket or a shorter time.",
                extensions={"code": "invalid_range"},
            )
        return await figures.fetch_throughput(
            context.db, bucket, since=begin, until=end, owner_id=context.user.scope
        )

    @strawberry.field(
        description="Tasks that failed for good, the newest first; for administrators.",
        graphql_type=list[DeadLetterType],
    )
    async def dead_letters(
        self, info: Info, first: int = 100, error_code: str | None = None
    ) -> Any:
        """Raises `Forbidden` for anybody else."""
        context = context_of(info)
        if not context.user.is_admin:
            raise Forbidden
        page = await administration.list_dead_letters(
            context.db, code=error_code, limit=page_size(first), cursor=None
        )
        return page.items

    @strawberry.field(description="How much there is to do and how much was done.")
    async def system_metrics(self, info: Info) -> SystemMetrics:
        """Yours, or, for administrators, everybody's."""
        context = context_of(info)
        counts = await job_statistics.count_by_status(context.db, owner_id=context.user.scope)
        return system_metrics(counts, await task_reads.count_queued(context.db))
