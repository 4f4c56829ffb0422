"""Jobs listed."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from vidmill.db import job_reads
from vidmill.errors import InvalidCursor
from vidmill.jobs import JobFilter, JobStatus
from vidmill_api.job_list_schemas import JobPage
from vidmill_api.moments import Moment
from vidmill_api.operation import Call, Operation, Query
from vidmill_api.routes.jobs import links_of
from vidmill_api.views import job_summary

Sort = Literal[
    "-created_at", "created_at", "-priority", "priority", "-updated_at", "updated_at"
]  # fmt: skip


class ListJobs(Query):
    """Which jobs, in which order."""

    status: JobStatus | None = None
    priority: int | None = Field(default=None, ge=0, le=10)
    preset: str | None = Field(default=None, max_length=63)
    created_from: Moment | None = None
    created_to: Moment | None = None
    search: str | None = Field(default=None, max_length=200, description="Part of the file name.")
    sort: Sort = "-created_at"
    limit: int = Field(default=100, ge=1, le=500)
    cursor: str | None = Field(default=None, max_length=1000)


@Operation(
    summary="List jobs", tag="jobs", query=ListJobs, response=JobPage, errors=(InvalidCursor,)
)
async def list_jobs(call: Call[None, ListJobs]) -> dict[str, Any]:
    """Yours, or, for administrators, everybody's."""
    query, context = call.query, call.context
    where = JobFilter(
        owner_id=call.user.scope,
        status=query.status,
        priority=query.priority,
        preset=query.preset,
        created_from=query.created_from,
        created_to=query.created_to,
        search=query.search,
    )
    page = await job_reads.list_jobs(
        context.db, where, sort=query.sort, limit=query.limit, cursor=query.cursor
    )
    by_job: dict[UUID, list[Any]] = {job.id: [] for job in page.items}
    for asset in await job_reads.fetch_assets(context.db, by_job):
        by_job[asset.job_id].append(asset)
    links = links_of(context)
    return {
        "items": [job_summary(job, by_job[job.id], links) for job in page.items],
        "next_cursor": page.next_cursor,
        "total": page.total,
    }
