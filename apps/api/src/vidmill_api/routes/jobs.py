"""Jobs: posted, listed, looked at, cancelled, retried, deleted."""

from __future__ import annotations

import asyncio
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator
from starlette.responses import Response

from vidmill.db import idempotency, job_reads, presets, task_reads
from vidmill.db import jobs as rows
from vidmill.db.idempotency import StoredResponse
from vidmill.errors import (
    IdempotencyMismatch,
    InvalidCursor,
    InvalidRequest,
    JobActive,
    JobFinished,
    JobNotRetryable,
    MissingObject,
    NotFound,
    UploadExpired,
    UploadIncomplete,
    UploadNotPending,
)
from vidmill.jobs import Job, JobFilter, JobStatus
from vidmill.presentation import Links
from vidmill_api import sources
from vidmill_api.authenticate import require_owner
from vidmill_api.context import Context
from vidmill_api.job_schemas import JobPage, JobView
from vidmill_api.operation import Call, Input, dumps, json_response, operation
from vidmill_api.upload_flow import plain
from vidmill_api.views import job_summary, job_view

#: Metadata is for a title and tags, not for documents.
MAX_METADATA_BYTES = 65_536

Sort = Literal[
    "-created_at", "created_at", "-priority", "priority", "-updated_at", "updated_at"
]  # fmt: skip


class CreateJob(Input):
    """One source, by `input_key` or by `video_id`, and how to treat it."""

    input_key: str | None = Field(default=None, min_length=1, max_length=1024)
    video_id: UUID | None = None
    preset: str = Field(default="web", min_length=1, max_length=63)
    priority: int = Field(default=5, ge=0, le=10, description="10 is the most urgent.")
    metadata: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_source(self) -> CreateJob:
        if (self.input_key is None) == (self.video_id is None):
            raise ValueError("name one source: either input_key or video_id")
        if len(dumps(self.metadata)) > MAX_METADATA_BYTES:
            raise ValueError(f"metadata may have {MAX_METADATA_BYTES:,} bytes as JSON")
        return self


class ListJobs(Input):
    """Which jobs, in which order."""

    status: JobStatus | None = None
    priority: int | None = Field(default=None, ge=0, le=10)
    preset: str | None = Field(default=None, max_length=63)
    created_from: AwareDatetime | None = None
    created_to: AwareDatetime | None = None
    search: str | None = Field(default=None, max_length=200, description="Part of the file name.")
    sort: Sort = "-created_at"
    limit: int = Field(default=100, ge=1, le=500)
    cursor: str | None = Field(default=None, max_length=1000)


class DeleteJob(Input):
    """Whether output files go too."""

    delete_files: bool = True


@operation(
    summary="Transcode a video",
    tag="jobs",
    status=202,
    body=CreateJob,
    response=JobView,
    errors=(
        NotFound, MissingObject, InvalidRequest, IdempotencyMismatch, UploadExpired,
        UploadIncomplete, UploadNotPending,
    ),
    headers=("Idempotency-Key",),
)  # fmt: skip
async def create_job(call: Call[CreateJob, None]) -> Response:
    """Accepted once it is in the database; it starts as soon as a worker is free."""
    context, body, key = call.context, call.body, call.idempotency_key
    spec = await presets.fetch_preset(context.db, body.preset, owner_id=call.user.id)
    if spec is None:
        names = ", ".join(await presets.list_names(context.db, owner_id=call.user.id))
        raise InvalidRequest(f"There is no preset {body.preset!r}. There are: {names}.")
    source = await sources.resolve(
        context, call.user, input_key=body.input_key, video_id=body.video_id
    )
    async with context.db.transaction() as conn:
        if key is not None:
            stored = await idempotency.claim_key(
                conn, owner_id=call.user.id, key=key, request_hash=call.fingerprint()
            )
            if stored is not None:
                return _accepted(plain(dumps(stored.body)))
        task = await rows.create_job(
            conn,
            owner_id=call.user.id,
            video_id=source.video_id,
            filename=source.filename,
            preset=body.preset,
            spec=spec,
            priority=body.priority,
            metadata=body.metadata,
            max_attempts=context.settings.task_max_attempts,
        )
        job = await job_reads.fetch_job_in(conn, task.job_id)
        tasks = await task_reads.fetch_tasks_in(conn, [job.id])
        answer = job_view(job, tasks, [], [], _links(context))
        if key is not None:
            await idempotency.store_response(
                conn,
                owner_id=call.user.id,
                key=key,
                response=StoredResponse(202, plain(dumps(answer))),
            )
    await context.queue.push_or_leave([task])
    context.metrics.jobs_created.inc()
    return _accepted(answer)


@operation(
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
    links = _links(context)
    return {
        "items": [job_summary(job, by_job[job.id], links) for job in page.items],
        "next_cursor": page.next_cursor,
        "total": page.total,
    }


@operation(summary="A job", tag="jobs", response=JobView, errors=(NotFound,))
async def get_job(call: Call[None, None]) -> dict[str, Any]:
    """Everything about it: progress per task, source, outputs, timings, error."""
    return await full_view(call.context, await own_job(call))


@operation(summary="Cancel a job", tag="jobs", response=JobView, errors=(NotFound, JobFinished))
async def cancel_job(call: Call[None, None]) -> dict[str, Any]:
    """Stops its tasks within seconds and removes what they made."""
    job, context = await own_job(call), call.context
    # After a whole lease no stopped worker can still be writing.
    await rows.cancel_job(context.db, job.id, purge_after_seconds=context.settings.lease_seconds)
    await context.queue.announce(job.id)
    return await full_view(context, await job_reads.fetch_job(context.db, job.id))


@operation(
    summary="Try a failed or cancelled job again", tag="jobs", status=202, response=JobView,
    errors=(NotFound, JobNotRetryable),
)  # fmt: skip
async def retry_job(call: Call[None, None]) -> dict[str, Any]:
    """A failed job keeps the tasks that were completed; a cancelled one starts over."""
    job, context = await own_job(call), call.context
    queued = await rows.retry_job(
        context.db, job.id, max_attempts=context.settings.task_max_attempts
    )
    await context.queue.push_or_leave(queued)
    await context.queue.announce(job.id)
    return await full_view(context, await job_reads.fetch_job(context.db, job.id))


@operation(
    summary="Delete an ended job", tag="jobs", status=204, query=DeleteJob,
    errors=(NotFound, JobActive),
)  # fmt: skip
async def delete_job(call: Call[None, DeleteJob]) -> None:
    """And its output files, unless `delete_files=false`. The source stays."""
    job = await own_job(call)
    await rows.delete_job(call.context.db, job.id, delete_files=call.query.delete_files)
    await call.context.queue.announce(job.id)


async def own_job(call: Call[Any, Any]) -> Job:
    """The job of the path; raises `NotFound`, also for somebody else's."""
    job = await job_reads.fetch_job(call.context.db, call.path("job_id"))
    require_owner(call.user, job.owner_id)
    return job


async def full_view(context: Context, job: Job) -> dict[str, Any]:
    """`JobView`, with what belongs to it read side by side."""
    tasks, renditions, assets = await asyncio.gather(
        task_reads.fetch_tasks(context.db, [job.id]),
        job_reads.fetch_renditions(context.db, [job.id]),
        job_reads.fetch_assets(context.db, [job.id]),
    )
    return job_view(job, tasks, renditions, assets, _links(context))


def _links(context: Context) -> Links:
    return Links(context.settings, context.signer)


def _accepted(answer: dict[str, Any]) -> Response:
    response = json_response(answer, 202)
    response.headers["Location"] = f"/api/v1/jobs/{answer['id']}"
    return response
