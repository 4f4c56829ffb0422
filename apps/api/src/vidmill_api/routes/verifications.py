"""Verification of published jobs: the proof is repeated on what is in storage now."""

from __future__ import annotations

from typing import Any

from vidmill.db import job_reads
from vidmill.db.verifications import request_verification
from vidmill.errors import JobNotCompleted, NotFound
from vidmill_api.job_schemas import JobView
from vidmill_api.operation import Call, Operation
from vidmill_api.routes.jobs import own_job, whole_view


@Operation(
    summary="Verify a published job again", tag="jobs", status=202, response=JobView,
    errors=(NotFound, JobNotCompleted),
)  # fmt: skip
async def verify_job(call: Call[None, None]) -> dict[str, Any]:
    """Looks at every file it published: sizes, headers, playlists, and that all of it decodes.
    `verification` of the job shows how far it is and what was found; the job stays completed. One
    that is under way is not begun again."""
    job, context = await own_job(call), call.context
    queued = await request_verification(
        context.db, job.id, max_attempts=context.settings.task_max_attempts
    )
    await context.queue.push_or_leave([queued])
    context.queue.announce(job.id, job.owner_id)
    return whole_view(context, await job_reads.fetch_whole_job(context.db, job.id))
