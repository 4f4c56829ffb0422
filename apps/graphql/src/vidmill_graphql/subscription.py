"""Subscriptions: the progress of a job, as it happens."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.types import Info

from vidmill.db.job_reads import fetch_job
from vidmill.db.task_reads import fetch_tasks
from vidmill.errors import DependencyDown, NotFound
from vidmill.jobs import ACTIVE, Job
from vidmill.tasks import Task
from vidmill_graphql.context import SocketContext
from vidmill_graphql.queries.arguments import uuid_or_none
from vidmill_graphql.types.job import JobType


@strawberry.type(description="What is told as it happens, over graphql-transport-ws.")
class Subscription:
    """`Subscription`."""

    @strawberry.subscription(
        description="A job, now and whenever it changes, until it has ended or is deleted.",
        graphql_type=JobType,
    )
    async def job_progress(self, info: Info, id: strawberry.ID) -> AsyncGenerator[Any]:  # noqa: A002  # the schema's name
        """Raises an error with the code `not_found` for a job that is nobody's or another's."""
        context = info.context
        assert isinstance(context, SocketContext)
        assert context.user is not None, "whoever is nobody has no connection"
        job_id = uuid_or_none(id)
        if job_id is None:
            raise _not_found()
        last: tuple[Job, list[Task]] | None = None
        async with aclosing(context.feed.looks(job_id)) as looks:
            async for _ in looks:
                try:
                    job = await fetch_job(context.db, job_id, owner_id=context.user.scope)
                    seen = (job, await fetch_tasks(context.db, [job_id]))
                except NotFound:
                    if last is None:
                        raise _not_found() from None
                    return
                except DependencyDown:
                    continue
                if seen != last:
                    last = seen
                    context.begin_event()
                    yield job
                if job.status not in ACTIVE:
                    return


def _not_found() -> GraphQLError:
    return GraphQLError(NotFound().detail, extensions={"code": NotFound.code})
