"""Workers, for administrators: taken out of work before their host is, and put back."""

from __future__ import annotations

from typing import Any

from vidmill.access import Scope
from vidmill.db.workers import fetch_current_jobs, request_drain
from vidmill.errors import NotFound
from vidmill_api.operation import Call, Operation
from vidmill_api.routes.system import worker_view
from vidmill_api.system_schemas import WorkerView


@Operation(
    summary="Drain a worker", tag="admin", response=WorkerView, scope=Scope.ADMIN,
    errors=(NotFound,),
)  # fmt: skip
async def drain_worker(call: Call[None, None]) -> dict[str, Any]:
    """From its next heartbeat on, within seconds, it finishes its tasks and takes no more. The
    process stays, so that nothing starts it again; once it runs no tasks it may be stopped. One
    that is started anew takes tasks again."""
    return await _drain(call, drain=True)


@Operation(
    summary="Let a worker take tasks again", tag="admin", response=WorkerView, scope=Scope.ADMIN,
    errors=(NotFound,),
)  # fmt: skip
async def undrain_worker(call: Call[None, None]) -> dict[str, Any]:
    """Takes a drain back."""
    return await _drain(call, drain=False)


async def _drain(call: Call[None, None], *, drain: bool) -> dict[str, Any]:
    db = call.context.db
    worker = await request_drain(db, call.path("worker_id"), drain=drain)
    return worker_view(worker, (await fetch_current_jobs(db)).get(worker.id, ()))
