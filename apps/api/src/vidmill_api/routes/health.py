"""Health and metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response

from vidmill.health import Check, check_database, check_queue, check_storage, check_workers
from vidmill_api.context import Context
from vidmill_api.encoding import json_response
from vidmill_api.operation import Call, Operation
from vidmill_api.schemas import CheckView, DetailedHealth, Health

CHECKS: Mapping[str, Callable[[Context], Awaitable[Check]]] = {
    "db": lambda context: check_database(context.db),
    "redis": lambda context: check_queue(context.queue),
    "storage": lambda context: check_storage(context.storage),
    "workers": lambda context: check_workers(context.db),
}


@Operation(
    summary="Is the process alive?",
    tag="health",
    response=Health,
    authenticated=False,
    limited=False,
)
async def health(_: Call[None, None]) -> dict[str, str]:
    """Touches nothing else."""
    return {"status": "ok"}


@Operation(
    summary="Is everything it needs alive?", tag="health", response=DetailedHealth,
    authenticated=False, limited=False, also=(503,),
)  # fmt: skip
async def detailed(call: Call[None, None]) -> Response:
    """200 while all is well, else 503 with what is not."""
    checks = await asyncio.gather(*(check(call.context) for check in CHECKS.values()))
    healthy = all(check.healthy for check in checks)
    services = {name: _view(check) for name, check in zip(CHECKS, checks, strict=True)}
    body = {"status": "healthy" if healthy else "unhealthy", "services": services}
    return json_response(body, 200 if healthy else 503)


@Operation(
    summary="Is one dependency alive?", tag="health", response=CheckView,
    authenticated=False, limited=False, also=(503,),
)  # fmt: skip
async def dependency(call: Call[None, None]) -> Response:
    """`db`, `redis`, `storage` or `workers`; 200 or 503."""
    name = call.request.url.path.rsplit("/", 1)[-1]
    check = await CHECKS[name](call.context)
    return json_response(_view(check), 200 if check.healthy else 503)


@Operation(
    summary="Metrics for Prometheus",
    tag="health",
    media_type="text/plain",
    authenticated=False,
    limited=False,
)
async def metrics(call: Call[None, None]) -> Response:
    """In Prometheus' text format."""
    return Response(generate_latest(call.context.registry), media_type=CONTENT_TYPE_LATEST)


def _view(check: Check) -> dict[str, Any]:
    return {
        "status": "healthy" if check.healthy else "unhealthy",
        "milliseconds": round(1000 * check.seconds, 1),
        "detail": check.detail,
    }
