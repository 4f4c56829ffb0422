"""What its owner can still do to a job: hurry it, pause it, cancel it, try it again."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from vidmill.db import job_control, job_reads
from vidmill.db import jobs as rows
from vidmill.errors import JobFinished, JobNotRetryable, NotFound
from vidmill_api.job_schemas import JobView
from vidmill_api.operation import Call, Input, Operation
from vidmill_api.routes.jobs import own_job, whole_view


class ChangeJob(Input):
    """What of a job can be changed after it was posted."""

    priority: int = Field(ge=0, le=10, description="10 is the most urgent.")


@Operation(
    summary="Change a job's priority", tag="jobs", body=ChangeJob, response=JobView,
    errors=(NotFound, JobFinished),
)  # fmt: skip
async def change_job(call: Call[ChangeJob, None]) -> dict[str, Any]:
    """Of all its tasks: queued ones move at once, running ones go on."""
    job, context = await own_job(call), call.context
    queued = await job_control.set_priority(context.db, job.id, call.body.priority)
    await context.queue.move_or_leave(queued, before=job.priority)
    context.queue.announce(job.id, job.owner_id)
    return whole_view(context, await job_reads.fetch_whole_job(context.db, job.id))


@Operation(summary="Pause a job", tag="jobs", response=JobView, errors=(NotFound, JobFinished))
async def pause_job(call: Call[None, None]) -> dict[str, Any]:
    """Finished tasks are kept. Running ones stop within seconds, as on cancelling, and begin anew
    when the job is resumed. Pausing a paused job changes nothing."""
    job, context = await own_job(call), call.context
    if await job_control.pause_job(
        context.db, job.id, lease_seconds=context.settings.lease_seconds
    ):
        context.queue.announce(job.id, job.owner_id)
    return whole_view(context, await job_reads.fetch_whole_job(context.db, job.id))


@Operation(
    summary="Go on with a paused job", tag="jobs", response=JobView, errors=(NotFound, JobFinished)
)
async def resume_job(call: Call[None, None]) -> dict[str, Any]:
    """With what is left of it. Resuming a job that is not paused changes nothing."""
    job, context = await own_job(call), call.context
    queued = await job_control.resume_job(context.db, job.id)
    await context.queue.push_or_leave(queued)
    context.queue.announce(job.id, job.owner_id)
    return whole_view(context, await job_reads.fetch_whole_job(context.db, job.id))


@Operation(summary="Cancel a job", tag="jobs", response=JobView, errors=(NotFound, JobFinished))
async def cancel_job(call: Call[None, None]) -> dict[str, Any]:
    """Stops its tasks within seconds and removes what they made."""
    job, context = await own_job(call), call.context
    # After a whole lease no stopped worker can still be writing.
    await rows.cancel_job(context.db, job.id, purge_after_seconds=context.settings.lease_seconds)
    context.queue.announce(job.id, job.owner_id)
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
    context.queue.announce(job.id, job.owner_id)
    return whole_view(context, await job_reads.fetch_whole_job(context.db, job.id))
