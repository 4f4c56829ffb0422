"""Everybody's jobs, for administrators: listed, counted, started again and cleared away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import Field

from vidmill.access import Scope
from vidmill.db import administration, figures, job_lists
from vidmill.db.administration import MAX_BATCH, Batch, FailedJobs
from vidmill.db.job_statistics import count_by_status
from vidmill.errors import InvalidCursor
from vidmill.tasks import QueuedTask
from vidmill_api.context import Context
from vidmill_api.moments import Moment
from vidmill_api.operation import Call, Input, Operation, Query
from vidmill_api.routes.job_lists import ListJobs
from vidmill_api.routes.jobs import links_of
from vidmill_api.system_schemas import AdminJobPage, AdminStatsView, BatchView
from vidmill_api.views import job_summary


class ListEverybodysJobs(ListJobs):
    """Which jobs, in which order."""

    owner_id: UUID | None = Field(default=None, description="Of this account.")


class RestartFailed(Input):
    """Which failed jobs; all of them where nothing is said. Those that failed first come first."""

    error_code: str | None = Field(default=None, max_length=100)
    owner_id: UUID | None = Field(default=None, strict=False)
    failed_from: Moment | None = Field(default=None, strict=False)
    failed_to: Moment | None = Field(default=None, strict=False)
    limit: int = Field(default=100, ge=1, le=MAX_BATCH)


class DeleteOld(Query):
    """Which jobs to delete."""

    older_than_days: int = Field(ge=1, le=36_500, description="Days since they ended.")
    limit: int = Field(default=100, ge=1, le=MAX_BATCH)
    dry_run: bool = Field(default=False, description="Delete nothing: `remaining` counts them.")


@Operation(
    summary="Everybody's jobs", tag="admin", query=ListEverybodysJobs, response=AdminJobPage,
    scope=Scope.ADMIN, errors=(InvalidCursor,),
)  # fmt: skip
async def list_everybodys_jobs(call: Call[None, ListEverybodysJobs]) -> dict[str, Any]:
    """With their owners; of one account with `owner_id`."""
    query, context = call.query, call.context
    page = await job_lists.list_summaries(
        context.db,
        query.where(query.owner_id),
        sort=query.sort,
        limit=query.limit,
        cursor=query.cursor,
    )
    links = links_of(context)
    return {
        "items": [{**job_summary(job, links), "owner_id": job.owner_id} for job in page.items],
        "next_cursor": page.next_cursor,
        "total": page.total,
        "total_is_exact": page.total_is_exact,
    }


@Operation(summary="What there is in all", tag="admin", response=AdminStatsView, scope=Scope.ADMIN)
async def admin_stats(call: Call[None, None]) -> dict[str, Any]:
    """Accounts, videos, jobs, queue and failures."""
    db = call.context.db
    found = await figures.fetch_installation(db)
    counts = await count_by_status(db)
    queue = await figures.fetch_queue(db)
    by_code = await administration.count_dead_letters_by_code(db)
    return {
        "users": found.users,
        "active_users": found.active_users,
        "videos": found.videos,
        "video_bytes": found.video_bytes,
        "stored_bytes": found.stored_bytes,
        "jobs": {str(status): count for status, count in counts.items()},
        "completed_today": found.completed_today,
        "failed_today": found.failed_today,
        "queue_depth": sum(one.waiting + one.delayed for one in queue),
        "dlq_depth": sum(by_code.values()),
        "dead_letters": by_code,
    }


@Operation(
    summary="Try failed jobs again", tag="admin", body=RestartFailed, response=BatchView,
    scope=Scope.ADMIN,
)  # fmt: skip
async def restart_failed(call: Call[RestartFailed, None]) -> dict[str, Any]:
    """Up to `limit` of them; ask again while some remain. Each keeps the tasks that completed."""
    body, context = call.body, call.context
    batch, queued = await administration.restart_failed(
        context.db,
        FailedJobs(
            error_code=body.error_code,
            owner_id=body.owner_id,
            failed_from=body.failed_from,
            failed_to=body.failed_to,
        ),
        limit=body.limit,
        max_attempts=context.settings.task_max_attempts,
    )
    return await requeued(context, batch, queued)


@Operation(
    summary="Delete old jobs", tag="admin", query=DeleteOld, response=BatchView, scope=Scope.ADMIN
)
async def delete_old_jobs(call: Call[None, DeleteOld]) -> dict[str, Any]:
    """Those that ended that long ago, with their files, up to `limit` of them; ask again while
    some remain. Their sources stay."""
    query, context = call.query, call.context
    batch = await administration.delete_old(
        context.db,
        older_than_days=query.older_than_days,
        limit=0 if query.dry_run else query.limit,
    )
    for job_id, owner_id in batch.changed.items():
        context.queue.announce(job_id, owner_id)
    return batch_view(batch)


async def requeued(context: Context, batch: Batch, queued: list[QueuedTask]) -> dict[str, Any]:
    """`BatchView` of jobs that go on, once their tasks are pushed and whoever watches is told."""
    await context.queue.push_or_leave(queued)
    for job_id, owner_id in batch.changed.items():
        context.queue.announce(job_id, owner_id)
    return batch_view(batch)


def batch_view(batch: Batch) -> dict[str, Any]:
    """`BatchView`."""
    return {
        "changed": len(batch.changed),
        "skipped": batch.skipped,
        "remaining": batch.remaining,
        "job_ids": list(batch.changed),
    }
