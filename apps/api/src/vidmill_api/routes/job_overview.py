"""Many jobs at once: where those named stand, and what all of them add up to."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from vidmill.access import Scope
from vidmill.db import job_rows, job_statistics
from vidmill.job_statistics import JobSums, added_up
from vidmill_api.authenticate import may_see
from vidmill_api.job_list_schemas import JobStates, JobStatistics
from vidmill_api.moments import Day
from vidmill_api.operation import Call, Input, Operation, Query
from vidmill_api.views import job_state


class NameJobs(Input):
    """Which jobs."""

    # JSON has no UUIDs, so these are read from text.
    job_ids: list[Annotated[UUID, Field(strict=False)]] = Field(min_length=1, max_length=500)


@Operation(
    summary="Where many jobs stand", tag="jobs", body=NameJobs, response=JobStates,
    scope=Scope.READ,
)  # fmt: skip
async def batch_status(call: Call[NameJobs, None]) -> dict[str, Any]:
    """Of up to 500 jobs in one request, for whoever would otherwise ask for each. Nothing is
    changed, so a key that may only read will do."""
    ids = list(dict.fromkeys(call.body.job_ids))
    found = await job_rows.fetch_summaries(call.context.db, ids)
    seen = {job.id: job for job in found if may_see(call.user, job.owner_id)}
    return {
        "items": [job_state(seen[job_id]) for job_id in ids if job_id in seen],
        "not_found": [job_id for job_id in ids if job_id not in seen],
    }


class CountJobs(Query):
    """Of which days, in UTC."""

    first: Day | None = Field(default=None, description="Jobs posted on this day or later.")
    last: Day | None = Field(default=None, description="Jobs posted on this day or earlier.")


@Operation(summary="Statistics of jobs", tag="jobs", query=CountJobs, response=JobStatistics)
async def job_stats(call: Call[None, CountJobs]) -> dict[str, Any]:
    """Of your jobs, or, for administrators, of everybody's: exact at this moment."""
    query = call.query
    days = await job_statistics.fetch_days(
        call.context.db, owner_id=call.user.scope, first=query.first, last=query.last
    )
    sums = added_up(days)
    processed = sums.processing_seconds
    return {
        **_counts(sums),
        "processing_metrics": {
            **_averages(sums),
            "total_processing_time_seconds": round(processed, 3),
            "total_video_duration_seconds": round(sums.video_seconds, 3),
            "processing_efficiency": (
                round(100 * sums.video_seconds / processed, 2) if processed > 0 else None
            ),
        },
        "storage": _storage(sums),
        "date_range": {"first": query.first, "last": query.last},
        "days": [
            {"day": day.day, **_counts(day), **_averages(day), **_storage(day)}
            for day in days
            if day.total
        ],
    }


def _counts(sums: JobSums) -> dict[str, Any]:
    return {
        "total_jobs": sums.total,
        "status_breakdown": sums.by_status,
        "success_rate": sums.success_rate,
    }


def _averages(sums: JobSums) -> dict[str, Any]:
    return {
        "average_wait_time_seconds": sums.average_wait_seconds,
        "average_processing_time_seconds": sums.average_processing_seconds,
    }


def _storage(sums: JobSums) -> dict[str, Any]:
    return {"input_bytes": sums.input_bytes, "output_bytes": sums.output_bytes}
