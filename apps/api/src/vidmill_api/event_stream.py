"""Server-sent events (WHATWG HTML, section 9.2), as all of our streams write them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

from starlette.responses import Response, StreamingResponse

from vidmill_api.authenticate import still_holds
from vidmill_api.openapi_words import EVENT_STREAM
from vidmill_api.operation import Call

# no-transform keeps proxies from compressing, and with that from holding back, events.
_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-cache, no-transform",
    "X-Accel-Buffering": "no",
}

#: A comment this often keeps proxies from closing a silent stream, in seconds.
PING_SECONDS = 15.0
PING = b": ping\n\n"


def stream_of(call: Call[Any, Any], events: AsyncIterator[bytes]) -> Response:
    """The answer that sends these; to HEAD none of them, which would come for hours."""
    if call.request.method == "HEAD":
        return Response(headers=_HEADERS, media_type=EVENT_STREAM)
    return StreamingResponse(events, headers=_HEADERS, media_type=EVENT_STREAM)


def event(name: str, data: bytes, event_id: str | None = None) -> bytes:
    """One event; `data` is JSON, which has no line breaks."""
    head = f"event: {name}\n" + (f"id: {event_id}\n" if event_id else "")
    return head.encode() + b"data: " + data + b"\n\n"


class Pulse:
    """When a stream pings, and whether its reader may still read on: a stream is begun once and
    lasts for days, in which its session may be ended or its key revoked."""

    def __init__(self, call: Call[Any, Any]) -> None:
        self._call = call
        self._loop = asyncio.get_running_loop()
        self._next = self._loop.time() + PING_SECONDS

    @property
    def is_due(self) -> bool:
        """Whether it is time for the next ping."""
        return self._loop.time() >= self._next

    async def beat(self) -> bool:
        """Now; False where the stream must end. One row is read by its key for it, so that a
        thousand streams ask for some seventy a second."""
        self._next = self._loop.time() + PING_SECONDS
        call = self._call
        assert call.identity is not None, "streams are of somebody"
        return await asyncio.shield(still_holds(call.request, call.context, call.identity))
