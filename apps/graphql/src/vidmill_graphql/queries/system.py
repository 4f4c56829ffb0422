"""Accounts, workers, and figures of the whole system."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry.types import Info

from vidmill.db import job_statistics, task_reads
from vidmill.db.workers import fetch_workers
from vidmill.errors import Forbidden
from vidmill_graphql.context import context_of
from vidmill_graphql.types.system import (
    SystemMetrics,
    UserType,
    WorkerType,
    system_metrics,
)


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

    @strawberry.field(description="How much there is to do and how much was done.")
    async def system_metrics(self, info: Info) -> SystemMetrics:
        """Yours, or, for administrators, everybody's."""
        context = context_of(info)
        counts = await job_statistics.count_by_status(context.db, owner_id=context.user.scope)
        return system_metrics(counts, await task_reads.count_queued(context.db))
