"""What every request passes through: an id, CORS, measurement, safe headers. Pure ASGI, since a
streamed answer must not be held back."""

from __future__ import annotations

import logging
import re
import time
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vidmill import logs
from vidmill_api.context import Context

log = logging.getLogger("vidmill_api.access")

_REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class RequestId:
    """Takes X-Request-ID from the client, or makes one; logs and the answer carry it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        given = Headers(scope=scope).get("x-request-id", "")
        identity = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
        token = logs.request_id.set(identity)

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = identity
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "no-referrer")
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            logs.request_id.reset(token)


class Measure:
    """Counts and times requests by route template, and logs each."""

    def __init__(self, app: ASGIApp, context: Context) -> None:
        self.app = app
        self.metrics = context.metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        begun = time.perf_counter()
        status = 500

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, note_status)
        finally:
            seconds = time.perf_counter() - begun
            endpoint = _template(scope)
            method = scope["method"]
            self.metrics.requests.labels(method, endpoint, str(status)).inc()
            self.metrics.duration.labels(method, endpoint).observe(seconds)
            log.info(
                "request",
                extra={
                    "method": method,
                    "endpoint": endpoint,
                    "status": status,
                    "milliseconds": round(1000 * seconds, 1),
                },
            )


def _template(scope: Scope) -> str:
    """The route's template: a label per id would fill Prometheus' memory."""
    for route in scope["app"].routes:
        if isinstance(route, Route) and route.matches(scope)[0] is not Match.NONE:
            return route.path
    return "unknown"
