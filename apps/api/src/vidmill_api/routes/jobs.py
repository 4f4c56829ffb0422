"""One job: looked at, deleted."""

from __future__ import annotations

from typing import Any

from vidmill.db import job_reads
from vidmill.db import jobs as rows
from vidmill.db.job_reads import WholeJob
from vidmill.errors import JobActive, NotFound
from vidmill.jobs import Job
from vidmill.ledger import Prices
from vidmill.presentation import Links
from vidmill_api.authenticate import require_owner
from vidmill_api.context import Context
from vidmill_api.job_schemas import JobView
from vidmill_api.operation import Call, Operation, Query
from vidmill_api.usage_views import ledger_view
from vidmill_api.views import job_view


class DeleteJob(Query):
    """Whether output files go too."""

    delete_files: bool = True


@Operation(summary="A job", tag="jobs", response=JobView, errors=(NotFound,))
async def get_job(call: Call[None, None]) -> dict[str, Any]:
    """Everything about it: progress per task, source, outputs, timings, error."""
    whole = await job_reads.fetch_whole_job(call.context.db, call.path("job_id"))
    require_owner(call.user, whole.job.owner_id)
    return whole_view(call.context, whole)


@Operation(
    summary="Delete an ended job", tag="jobs", status=204, query=DeleteJob,
    errors=(NotFound, JobActive),
)  # fmt: skip
async def delete_job(call: Call[None, DeleteJob]) -> None:
    """And its output files, unless `delete_files=false`. The source stays."""
    job = await own_job(call)
    await rows.delete_job(call.context.db, job.id, delete_files=call.query.delete_files)
    call.context.queue.announce(job.id, job.owner_id)


async def own_job(call: Call[Any, Any]) -> Job:
    """The job of the path; raises `NotFound`, also for somebody else's."""
    job = await job_reads.fetch_job(call.context.db, call.path("job_id"))
    require_owner(call.user, job.owner_id)
    return job


def whole_view(context: Context, whole: WholeJob) -> dict[str, Any]:
    """`JobView` of a job with all that belongs to it."""
    view = job_view(whole.job, whole.tasks, whole.renditions, whole.assets, links_of(context))
    return {**view, "ledger": ledger_view(whole.ledger, Prices.of(context.settings))}


def links_of(context: Context) -> Links:
    """Where files and pages of jobs are found from outside."""
    return Links(context.settings, context.signer)
