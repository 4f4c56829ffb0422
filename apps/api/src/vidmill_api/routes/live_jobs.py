"""All that happens to the caller's jobs, as one stream of server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Annotated
from uuid import UUID

from pydantic import Field
from starlette.responses import Response

from vidmill.db import job_reads, job_rows
from vidmill.errors import DependencyDown, NotFound
from vidmill.presentation import Links
from vidmill_api import event_stream
from vidmill_api.authenticate import may_see
from vidmill_api.encoding import dumps
from vidmill_api.event_stream import Pulse, event, stream_of
from vidmill_api.job_list_schemas import LiveEvent
from vidmill_api.openapi_words import EVENT_STREAM
from vidmill_api.operation import Call, Operation, Query
from vidmill_api.views import job_progress, live_job

#: Jobs that one stream tells all of.
MAX_WHOLE = 20


class FollowJobs(Query):
    """Which of them in full."""

    job_id: list[Annotated[UUID, Field(strict=False)]] = Field(
        default_factory=list[UUID],
        max_length=MAX_WHOLE,
        description="May be there several times: of these jobs `progress` comes too.",
    )


@Operation(
    summary="Follow all of your jobs live", tag="jobs", query=FollowJobs, response=LiveEvent,
    media_type=EVENT_STREAM, errors=(NotFound,),
)  # fmt: skip
async def live_jobs(call: Call[None, FollowJobs]) -> Response:
    """Yours, or, for administrators, everybody's. `event: job` with the state of a job that was
    made or has changed, a second after the last at the earliest; `event: deleted` with the id
    of one that is gone; `event: progress` with the snapshot of a job that is named by `job_id`,
    at once and whenever it has changed. `event: reset` comes first, and whenever changes may
    have been missed: read again what you show. `event: ping` comes every 15 seconds, so that a
    connection that is dead is told from one that is silent. The stream ends when the server
    stops or the credentials no longer hold."""
    wanted = list(dict.fromkeys(call.query.job_id))
    if wanted:
        found = await job_reads.fetch_jobs(call.context.db, wanted)
        if not all(i in found and may_see(call.user, found[i].owner_id) for i in wanted):
            raise NotFound
    return stream_of(call, _events(call, set(wanted)))


async def _events(call: Call[None, FollowJobs], wanted: set[UUID]) -> AsyncGenerator[bytes]:
    feed, pulse = call.context.feed, Pulse(call)
    behind = False
    looks = feed.owner_looks(call.user.scope, idle_seconds=event_stream.PING_SECONDS)
    async with aclosing(looks):
        async for look in looks:
            behind = behind or look.missed
            # While nobody is heard of, those that are told of in full are looked at anyway.
            whole = wanted if behind or not feed.listening else wanted.intersection(look.job_ids)
            try:
                # A client that leaves cancels this; statements sent in one go must not be cut.
                told = await asyncio.shield(_read(call, look.job_ids, list(whole)))
            except DependencyDown:
                behind = True
            else:
                if behind:
                    yield event("reset", b"{}")
                behind = False
                for text in told:
                    yield text
            if pulse.is_due:
                if not await pulse.beat():
                    return
                yield event("ping", b"{}")


async def _read(
    call: Call[None, FollowJobs], job_ids: Sequence[UUID], whole_ids: Sequence[UUID]
) -> list[bytes]:
    """Events of jobs that may have changed: one statement for all of them, whatever their number,
    and three more for all that are told of in full."""
    context = call.context
    told: list[bytes] = []
    if job_ids:
        found = {job.id: job for job in await job_rows.fetch_summaries(context.db, job_ids)}
        for job_id in job_ids:
            job = found.get(job_id)
            if job is None:
                told.append(event("deleted", dumps({"id": job_id})))
            elif may_see(call.user, job.owner_id):
                told.append(event("job", dumps(live_job(job))))
    if whole_ids:
        links = Links(context.settings, context.signer)
        for parts in await job_reads.fetch_job_parts(context.db, whole_ids):
            view = job_progress(parts.job, parts.tasks, parts.assets, links)
            told.append(event("progress", dumps(view)))
    return told
