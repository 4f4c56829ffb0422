"""What its owner can still do to a job: cancel it, try it again."""

from __future__ import annotations

from typing import Any

from vidmill.db import job_reads
from vidmill.db import jobs as rows
from vidmill.errors import JobFinished, JobNotRetryable, NotFound
from vidmill_api.job_schemas import JobView
from vidmill_api.operation import Call, Operation
from vidmill_api.routes.jobs import own_job, whole_view


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
