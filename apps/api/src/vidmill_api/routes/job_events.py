"""Live progress of one job as server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from uuid import UUID

from starlette.responses import Response, StreamingResponse

from vidmill.db import job_reads
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

#: Look at the database this often even if nobody rang, in seconds.
LOOK_SECONDS = 2.0
#: No two looks are closer than this, in seconds; rings in between are one look.
COALESCE_SECONDS = 0.2
#: A comment at least this often keeps proxies from closing a silent stream, in seconds.
PING_SECONDS = 15.0


@Operation(
    summary="Follow a job live", tag="jobs", response=JobProgress,
    media_type=_MEDIA_TYPE, errors=(NotFound,),
)  # fmt: skip
async def job_events(call: Call[None, None]) -> Response:
    """`event: job` with a snapshot whenever something changed, `event: end` when the job has
    ended."""
    job = await own_job(call)
    if call.request.method == "HEAD":
        # A stream that sends nothing would still hold the connection until the job has ended.
        return Response(headers=_HEADERS, media_type=_MEDIA_TYPE)
    events = _events(call.context, job.id)
    return StreamingResponse(events, headers=_HEADERS, media_type=_MEDIA_TYPE)


async def _events(context: Context, job_id: UUID) -> AsyncGenerator[bytes]:
    links = Links(context.settings, context.signer)
    loop = asyncio.get_running_loop()
    last: bytes | None = None
    spoke = loop.time()
    with context.feed.watch(job_id) as changed:
        while not context.feed.closing.is_set():
            changed.clear()
            looked = loop.time()
            try:
                snapshot, active = await _snapshot(context, job_id, links)
            except NotFound:
                yield b'event: end\ndata: {"status":"deleted"}\n\n'
                return
            except DependencyDown:
                snapshot, active = last, True
            if snapshot is not None and snapshot != last:
                last, spoke = snapshot, loop.time()
                yield b"event: job\ndata: " + snapshot + b"\n\n"
            elif loop.time() - spoke > PING_SECONDS:
                spoke = loop.time()
                yield b": ping\n\n"
            if not active:
                yield b"event: end\ndata: " + (last or b"{}") + b"\n\n"
                return
            await _wait(changed)
            await asyncio.sleep(max(0.0, looked + COALESCE_SECONDS - loop.time()))


async def _wait(changed: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            await changed.wait()
    except TimeoutError:
        return


async def _snapshot(context: Context, job_id: UUID, links: Links) -> tuple[bytes, bool]:
    whole = await job_reads.fetch_whole_job(context.db, job_id)
    view = job_progress(whole.job, whole.tasks, whole.assets, links)
    return dumps(view), whole.job.status in ACTIVE
