"""Jobs: posted, listed, looked at, cancelled, retried, deleted."""

from __future__ import annotations

import logging
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator
from starlette.responses import Response

from vidmill.captions import CaptionLanguage
from vidmill.db import job_reads, presets, task_reads
from vidmill.db import jobs as rows
from vidmill.db.job_reads import WholeJob
from vidmill.db.pool import Connection
from vidmill.edits import BurnIn, Clip, Edits, Watermark
from vidmill.errors import (
    IdempotencyMismatch,
    InvalidCursor,
    InvalidSource,
    JobActive,
    JobFinished,
    JobNotRetryable,
    MissingObject,
    NotFound,
    TooLarge,
    UploadExpired,
    UploadIncomplete,
    UploadNotPending,
)
from vidmill.jobs import Job, JobFilter, JobStatus
from vidmill.presentation import Links
from vidmill.presets import Metric
from vidmill.tasks import QueuedTask
from vidmill_api import sources
from vidmill_api.authenticate import require_owner
from vidmill_api.context import Context
from vidmill_api.encoding import dumps, json_response
from vidmill_api.idempotent import answer_once, earlier_answer
from vidmill_api.job_schemas import JobPage, JobView
from vidmill_api.operation import IDEMPOTENCY_KEY, Call, Input, Operation, Query
from vidmill_api.problems import InvalidFields
from vidmill_api.views import job_summary, job_view

log = logging.getLogger(__name__)

#: Metadata is for a title and tags, not for documents.
MAX_METADATA_BYTES = 65_536

Sort = Literal[
    "-created_at", "created_at", "-priority", "priority", "-updated_at", "updated_at"
]  # fmt: skip


class CreateJob(Input):
    """One source, by `input_key` or by `video_id`, and how to treat it."""

    input_key: str | None = Field(default=None, min_length=1, max_length=1024)
    # JSON has no UUIDs, so this one is read from text.
    video_id: UUID | None = Field(default=None, strict=False)
    preset: str = Field(default="web", min_length=1, max_length=63)
    priority: int = Field(default=5, ge=0, le=10, description="10 is the most urgent.")
    metadata: dict[str, Any] = Field(default_factory=dict)
    reuse: bool = Field(
        default=True,
        description="Take over what an earlier job made of the same source with the same settings; "
        "false encodes everything anew.",
    )
    metrics: list[Metric] | None = Field(
        default=None,
        max_length=3,
        description="What is measured of every rendition before the job completes; as the preset "
        "says if left out.",
    )
    captions: CaptionLanguage | None = Field(
        default=None,
        description="Make subtitles of what is spoken in this language, such as en, or in the one "
        "that is heard (auto); as the preset says if left out.",
    )
    clip: Clip | None = None
    watermark: Watermark | None = None
    burn_in: BurnIn | None = None

    @property
    def edits(self) -> Edits | None:
        """What is to be done to the source; None for nothing."""
        edits = Edits(clip=self.clip, watermark=self.watermark, burn_in=self.burn_in)
        return None if edits == Edits() else edits

    @model_validator(mode="after")
    def _one_source(self) -> CreateJob:
        if (self.input_key is None) == (self.video_id is None):
            raise ValueError("name one source: either input_key or video_id")
        if self.metrics is not None and len(set(self.metrics)) < len(self.metrics):
            raise ValueError("metrics must name each one once")
        if len(dumps(self.metadata)) > MAX_METADATA_BYTES:
            raise ValueError(f"metadata may have {MAX_METADATA_BYTES:,} bytes as JSON")
        return self


class ListJobs(Query):
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


class DeleteJob(Query):
    """Whether output files go too."""

    delete_files: bool = True


@Operation(
    summary="Transcode a video",
    tag="jobs",
    status=202,
    body=CreateJob,
    response=JobView,
    errors=(
        NotFound, MissingObject, InvalidSource, IdempotencyMismatch, UploadExpired,
        UploadIncomplete, UploadNotPending, TooLarge,
    ),
    headers=(IDEMPOTENCY_KEY,),
    answers_with=("Location",),
)  # fmt: skip
async def create_job(call: Call[CreateJob, None]) -> Response:
    """Accepted once it is in the database; it starts as soon as a worker is free."""
    if (earlier := await earlier_answer(call)) is not None:
        return _accepted(earlier)
    context, body = call.context, call.body
    spec = await _preset(call)
    source = await sources.resolve(
        context, call.user, input_key=body.input_key, video_id=body.video_id
    )
    await sources.require_edit_files(context, call.user, body.edits)
    queued: list[QueuedTask] = []

    async def insert(conn: Connection) -> dict[str, Any]:
        plan = await rows.create_job(
            conn,
            owner_id=call.user.id,
            video_id=source.video_id,
            filename=source.filename,
            preset=body.preset,
            spec=spec,
            priority=body.priority,
            metadata=body.metadata,
            max_attempts=context.settings.task_max_attempts,
            reuse=body.reuse,
            edits=None if body.edits is None else body.edits.model_dump(exclude_none=True),
        )
        queued.append(plan)
        job = await job_reads.fetch_job_in(conn, plan.job_id)
        tasks = await task_reads.fetch_tasks_in(conn, [job.id])
        return job_view(job, tasks, [], [], _links(context))

    answer, first = await answer_once(call, 202, insert)
    if first:
        await context.queue.push_or_leave(queued)
        context.queue.announce(queued[0].job_id)
        context.metrics.jobs_created.inc()
        log.info("job accepted", extra={"job_id": str(answer["id"])})
    return _accepted(answer)


async def _preset(call: Call[CreateJob, None]) -> dict[str, Any]:
    """The preset as it stands now, with what the job wants otherwise. Raises `InvalidFields`
    naming those there are."""
    db, name = call.context.db, call.body.preset
    spec = await presets.fetch_preset(db, name, owner_id=call.user.id)
    if spec is None:
        names = ", ".join(await presets.list_names(db, owner_id=call.user.id))
        raise InvalidFields.one(
            "preset", f"There is no preset {name!r}. There are: {names}.", "unknown_preset"
        )
    wanted = {"metrics": call.body.metrics, "captions": call.body.captions}
    return spec | {name: value for name, value in wanted.items() if value is not None}


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
    links = _links(context)
    return {
        "items": [job_summary(job, by_job[job.id], links) for job in page.items],
        "next_cursor": page.next_cursor,
        "total": page.total,
    }


@Operation(summary="A job", tag="jobs", response=JobView, errors=(NotFound,))
async def get_job(call: Call[None, None]) -> dict[str, Any]:
    """Everything about it: progress per task, source, outputs, timings, error."""
    whole = await job_reads.fetch_whole_job(call.context.db, call.path("job_id"))
    require_owner(call.user, whole.job.owner_id)
    return whole_view(call.context, whole)


@Operation(summary="Cancel a job", tag="jobs", response=JobView, errors=(NotFound, JobFinished))
async def cancel_job(call: Call[None, None]) -> dict[str, Any]:
    """Stops its tasks within seconds and removes what they made."""
    job, context = await own_job(call), call.context
    # After a whole lease no stopped worker can still be writing.
    await rows.cancel_job(context.db, job.id, purge_after_seconds=context.settings.lease_seconds)
    context.queue.announce(job.id)
    return whole_view(context, await job_reads.fetch_whole_job(context.db, job.id))


@Operation(
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
    context.queue.announce(job.id)
    return whole_view(context, await job_reads.fetch_whole_job(context.db, job.id))


@Operation(
    summary="Delete an ended job", tag="jobs", status=204, query=DeleteJob,
    errors=(NotFound, JobActive),
)  # fmt: skip
async def delete_job(call: Call[None, DeleteJob]) -> None:
    """And its output files, unless `delete_files=false`. The source stays."""
    job = await own_job(call)
    await rows.delete_job(call.context.db, job.id, delete_files=call.query.delete_files)
    call.context.queue.announce(job.id)


async def own_job(call: Call[Any, Any]) -> Job:
    """The job of the path; raises `NotFound`, also for somebody else's."""
    job = await job_reads.fetch_job(call.context.db, call.path("job_id"))
    require_owner(call.user, job.owner_id)
    return job


def whole_view(context: Context, whole: WholeJob) -> dict[str, Any]:
    """`JobView` of a job with all that belongs to it."""
    return job_view(whole.job, whole.tasks, whole.renditions, whole.assets, _links(context))


def _links(context: Context) -> Links:
    return Links(context.settings, context.signer)


def _accepted(answer: dict[str, Any]) -> Response:
    response = json_response(answer, 202)
    response.headers["Location"] = f"/api/v1/jobs/{answer['id']}"
    return response
