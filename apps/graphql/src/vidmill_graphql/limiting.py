"""Rate limits: queries take from the same buckets as calls of the REST API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vidmill.authentication import Identity
from vidmill.rate_limits import Level, rate_limit_headers
from vidmill.request_limits import Gate

_LEVELS = "vidmill.rate_limits"


async def admit(
    request: Request, gate: Gate, identify: Callable[[], Awaitable[Identity | None]]
) -> Identity | None:
    """Who is asking, if they may ask now. Raises `RateLimited` and what `identify` raises."""
    host = request.client.host if request.client else None
    return await gate.admit(host, identify, partial(_note, request))


def _note(request: Request, levels: Sequence[Level]) -> None:
    request.scope[_LEVELS] = levels


class RateLimitHeaders:
    """Tells with each answer what is left."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start" and (levels := scope.get(_LEVELS)):
                MutableHeaders(scope=message).update(rate_limit_headers(levels))
            await send(message)

        await self.app(scope, receive, send_with_headers)
