"""Live progress of one job as server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from uuid import UUID

from starlette.responses import Response

from vidmill.db import job_reads
from vidmill.db.job_reads import WholeJob
from vidmill.errors import DependencyDown, NotFound
from vidmill.jobs import ACTIVE
from vidmill.presentation import Links
from vidmill_api.context import Context
from vidmill_api.encoding import dumps
from vidmill_api.event_stream import PING, Pulse, event, stream_of
from vidmill_api.job_schemas import JobEvent
from vidmill_api.openapi_words import EVENT_STREAM
from vidmill_api.operation import Call, Operation
from vidmill_api.routes.jobs import own_job
from vidmill_api.views import job_progress

LAST_EVENT_ID = "Last-Event-ID"


@Operation(
    summary="Follow a job live", tag="jobs", response=JobEvent,
    media_type=EVENT_STREAM, errors=(NotFound,), headers=(LAST_EVENT_ID,),
)  # fmt: skip
async def job_events(call: Call[None, None]) -> Response:
    """`event: job` with a snapshot whenever something changed, `event: end` when the job has
    ended. A snapshot holds whatever was missed before it. Whoever comes back with `Last-Event-ID`,
    to whichever server, gets one only if the job is not as that event told it."""
    job = await own_job(call)
    return stream_of(call, _events(call, job.id, call.request.headers.get(LAST_EVENT_ID)))


async def _events(call: Call[None, None], job_id: UUID, known: str | None) -> AsyncGenerator[bytes]:
    """`known`: the id of the last event that the client has."""
    context, pulse = call.context, Pulse(call)
    links = Links(context.settings, context.signer)
    last: _Snapshot | None = None
    async with aclosing(context.feed.looks(job_id)) as looks:
        async for _ in looks:
            try:
                now = await _snapshot(context, job_id, links)
            except NotFound:
                yield event("end", b'{"status":"deleted"}')
                return
            except DependencyDown:
                now = last
            if last is None and now is not None and now.event_id == known:
                last = now
            if now is not None and (last is None or now.text != last.text):
                last = now
                yield event("job", now.text, now.event_id)
            if now is not None and not now.is_active:
                yield event("end", now.text, now.event_id)
                return
            if pulse.is_due:
                if not await pulse.beat():
                    return
                yield PING


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """A job as an event tells it."""

    event_id: str
    text: bytes
    is_active: bool


async def _snapshot(context: Context, job_id: UUID, links: Links) -> _Snapshot:
    # A client that leaves cancels this; its statements, sent in one go, must not be cut in two.
    whole = await asyncio.shield(job_reads.fetch_whole_job(context.db, job_id))
    view = job_progress(whole.job, whole.tasks, whole.assets, links)
    return _Snapshot(event_id(whole), dumps(view), whole.job.status in ACTIVE)


def event_id(whole: WholeJob) -> str:
    """When the job was last changed, in microseconds since 1970, and a digest of what an event
    tells of it: the same from every server, before and after a restart. What is reckoned from the
    clock, such as the time that is left, is not part of it."""
    job = whole.job
    state = [
        [job.status, job.priority, job.progress, job.playable_at, job.paused_at, job.finished_at],
        [[t.id, t.status, t.attempt, t.progress, t.speed, t.error_code] for t in whole.tasks],
    ]
    changed = round(job.updated_at.timestamp() * 1_000_000)
    return f"{changed}-{hashlib.sha256(dumps(state)).hexdigest()[:16]}"
