"""What every request passes through: an id, measurement, CORS, safe headers, and an answer even
where our code fails. Pure ASGI, since a streamed answer must not be held back."""

from __future__ import annotations

import logging
import re
import time
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vidmill import logs
from vidmill.rate_limits import rate_limit_headers
from vidmill_api import problems
from vidmill_api.context import Context
from vidmill_api.limiting import levels_of

access = logging.getLogger("vidmill_api.access")
log = logging.getLogger(__name__)

_REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")

#: Unless an answer says otherwise: whatever is asked with a key is for nobody else's cache.
_SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


class RequestId:
    """Takes X-Request-ID from the client, or makes one; logs and the answer carry it. Also sets
    the headers that keep browsers from guessing, framing and keeping, and those that say what is
    left of the rate limits."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        given = Headers(scope=scope).get("x-request-id", "")
        identity = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
        token = logs.request_id.set(identity)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = identity
                for name, value in _SAFE_HEADERS.items():
                    headers.setdefault(name, value)
                if levels := levels_of(scope):
                    headers.update(rate_limit_headers(levels))
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
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
            access.info(
                "request",
                extra={
                    "method": method,
                    "endpoint": endpoint,
                    "status": status,
                    "milliseconds": round(1000 * seconds, 1),
                },
            )


class Cors(CORSMiddleware):
    """Lets the pages of CORS_ORIGINS in, with their cookie. What lies below `open_prefix` is for
    every origin, without cookies, and says so itself."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...], open_prefix: str) -> None:
        super().__init__(
            app,
            allow_origins=origins,
            allow_credentials=True,
            allow_methods=("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"),
            allow_headers=(
                "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "Last-Event-ID",
                "X-API-Key", "X-Request-ID",
            ),
            expose_headers=(
                "Allow", "ETag", "Location", "RateLimit", "RateLimit-Policy", "Retry-After",
                "X-Request-ID",
            ),
            max_age=600,
        )  # fmt: skip
        self.open_prefix = open_prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "http" and scope["path"].startswith(self.open_prefix):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class AnswerAnyway:
    """Answers with a problem document where our code fails. Below the others, so that this answer
    too has an id, CORS headers and a place in the metrics."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = False

        async def note_start(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, note_start)
        except ClientDisconnect:
            return None  # Nobody is left to be answered.
        except Exception:  # the service's edge: a bug becomes a logged 500, not a silent client
            log.exception("unexpected error", extra={"endpoint": _template(scope)})
            if started:
                # Half an answer is out; only a broken connection tells the client that.
                raise
            await problems.unexpected()(scope, receive, send)


def _template(scope: Scope) -> str:
    """The route's template: a label per id would fill Prometheus' memory."""
    route = scope.get("route")
    return route.path if isinstance(route, Route) else "unknown"
