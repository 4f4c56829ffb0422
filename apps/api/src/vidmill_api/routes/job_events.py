"""Live progress of one job as server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from uuid import UUID

from starlette.responses import Response, StreamingResponse

from vidmill.db import job_reads
from vidmill.db.job_reads import WholeJob
from vidmill.errors import DependencyDown, NotFound
from vidmill.jobs import ACTIVE
from vidmill.presentation import Links
from vidmill_api.context import Context
from vidmill_api.encoding import dumps
from vidmill_api.job_schemas import JobProgress
from vidmill_api.operation import Call, Operation
from vidmill_api.routes.jobs import own_job
from vidmill_api.views import job_progress

# no-transform keeps proxies from compressing, and with that from holding back, events.
_HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
_MEDIA_TYPE = "text/event-stream"
LAST_EVENT_ID = "Last-Event-ID"

#: A comment at least this often keeps proxies from closing a silent stream, in seconds.
PING_SECONDS = 15.0


@Operation(
    summary="Follow a job live", tag="jobs", response=JobProgress,
    media_type=_MEDIA_TYPE, errors=(NotFound,), headers=(LAST_EVENT_ID,),
)  # fmt: skip
async def job_events(call: Call[None, None]) -> Response:
    """`event: job` with a snapshot whenever something changed, `event: end` when the job has
    ended. A snapshot holds whatever was missed before it. Whoever comes back with `Last-Event-ID`,
    to whichever server, gets one only if the job is not as that event told it."""
    job = await own_job(call)
    if call.request.method == "HEAD":
        # A stream that sends nothing would still hold the connection until the job has ended.
        return Response(headers=_HEADERS, media_type=_MEDIA_TYPE)
    events = _events(call.context, job.id, call.request.headers.get(LAST_EVENT_ID))
    return StreamingResponse(events, headers=_HEADERS, media_type=_MEDIA_TYPE)


async def _events(context: Context, job_id: UUID, known: str | None) -> AsyncGenerator[bytes]:
    """`known`: the id of the last event that the client has."""
    links = Links(context.settings, context.signer)
    loop = asyncio.get_running_loop()
    last: _Snapshot | None = None
    spoke = loop.time()
    async with aclosing(context.feed.looks(job_id)) as looks:
        async for _ in looks:
            try:
                now = await _snapshot(context, job_id, links)
            except NotFound:
                yield b'event: end\ndata: {"status":"deleted"}\n\n'
                return
            except DependencyDown:
                now = last
            if last is None and now is not None and now.event_id == known:
                last = now
            if now is not None and (last is None or now.text != last.text):
                last, spoke = now, loop.time()
                yield _event("job", now)
            elif loop.time() - spoke > PING_SECONDS:
                spoke = loop.time()
                yield b": ping\n\n"
            if now is not None and not now.is_active:
                yield _event("end", now)
                return


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """A job as an event tells it."""

    event_id: str
    text: bytes
    is_active: bool


def _event(name: str, snapshot: _Snapshot) -> bytes:
    head = f"event: {name}\nid: {snapshot.event_id}\ndata: "
    return head.encode() + snapshot.text + b"\n\n"


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
