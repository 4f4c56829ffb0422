"""Jobs listed, and counted."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

import orjson
from pydantic import Field, field_validator

from vidmill.db import job_lists
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

_ANY_STATUS = "|".join(JobStatus)


class FilterJobs(Query):
    """Which jobs."""

    status: str | None = Field(
        default=None,
        pattern=f"^({_ANY_STATUS})(,({_ANY_STATUS}))*$",
        description="One, or several separated by commas: queued,processing.",
    )
    priority: int | None = Field(default=None, ge=0, le=10)
    preset: str | None = Field(default=None, max_length=63)
    video_id: UUID | None = None
    metadata: str | None = Field(
        default=None,
        max_length=4096,
        description='A JSON object that the metadata contain: {"project": "x"} finds every job '
        "with this project, whatever else it has.",
    )
    created_from: Moment | None = None
    created_to: Moment | None = None
    search: str | None = Field(default=None, max_length=200, description="Part of the file name.")

    @field_validator("metadata")
    @classmethod
    def _is_object(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                is_object = isinstance(orjson.loads(value), dict)
            except orjson.JSONDecodeError:
                is_object = False
            if not is_object or "\\u0000" in value:
                raise ValueError('send a JSON object, such as {"project": "x"}')
        return value

    def where(self, owner_id: UUID | None) -> JobFilter:
        """Of this owner's jobs, or, with None, of all."""
        named = self.status.split(",") if self.status else []
        return JobFilter(
            owner_id=owner_id,
            statuses=tuple(dict.fromkeys(map(JobStatus, named))),
            priority=self.priority,
            preset=self.preset,
            video_id=self.video_id,
            metadata=None if self.metadata is None else orjson.loads(self.metadata),
            created_from=self.created_from,
            created_to=self.created_to,
            search=self.search,
        )


class ListJobs(FilterJobs):
    """Which jobs, in which order."""

    sort: Sort = "-created_at"
    limit: int = Field(default=100, ge=1, le=500)
    cursor: str | None = Field(default=None, max_length=1000)


@Operation(
    summary="List jobs", tag="jobs", query=ListJobs, response=JobPage, errors=(InvalidCursor,)
)
async def list_jobs(call: Call[None, ListJobs]) -> dict[str, Any]:
    """Yours, or, for administrators, everybody's. `total` is exact unless `total_is_exact` says
    that there are at least so many."""
    query, context = call.query, call.context
    page = await job_lists.list_summaries(
        context.db,
        query.where(call.user.scope),
        sort=query.sort,
        limit=query.limit,
        cursor=query.cursor,
    )
    links = links_of(context)
    return {
        "items": [job_summary(job, links) for job in page.items],
        "next_cursor": page.next_cursor,
        "total": page.total,
        "total_is_exact": page.total_is_exact,
    }
