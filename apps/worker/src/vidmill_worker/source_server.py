"""Sources over HTTP ranges, for the children of this worker alone.

FFmpeg begins with what it needs, wherever in the file that is, instead of waiting for all of it. It
never talks to storage itself: credentials, retries and the pinned version of an object stay in this
process, and its only way out is this server on loopback, whose paths cannot be guessed.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import socket
from collections.abc import Generator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from vidmill_worker.source_blocks import Pace, SourceBlocks

_RANGE = re.compile(r"bytes=(\d{1,18})-(\d{0,18})")


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Signals are the worker's own: it drains while FFmpeg goes on reading."""
        yield


class SourceServer:
    """Begins to listen when the first source is offered."""

    def __init__(self) -> None:
        self._offered: dict[str, tuple[SourceBlocks, Pace | None]] = {}
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self._port = 0

    async def offer(self, blocks: SourceBlocks, pace: Pace | None = None) -> str:
        """The URL under which a source can be read from now on, as fast as `pace` lets it."""
        if self._server is None:
            await self._start()
        token = secrets.token_urlsafe(16)
        self._offered[token] = (blocks, pace)
        return f"http://127.0.0.1:{self._port}/{token}"

    def withdraw(self, url: str) -> None:
        """End what `offer` began."""
        self._offered.pop(url.rsplit("/", 1)[1], None)

    async def close(self) -> None:
        """Stop listening; readers are cut off."""
        if self._server is not None and self._serving is not None:
            self._server.should_exit = self._server.force_exit = True
            with suppress(asyncio.CancelledError):
                await self._serving
        self._server = self._serving = None

    async def _start(self) -> None:
        # A source that can't be read cuts its readers off; why is told where it is used.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        listener = socket.create_server(("127.0.0.1", 0))
        self._port = listener.getsockname()[1]
        app = Starlette(routes=[Route("/{token}", self._read)])
        config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False)
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve([listener]))

    async def _read(self, request: Request) -> Response:
        offered = self._offered.get(request.path_params["token"])
        if offered is None:
            return Response(status_code=404)
        blocks, pace = offered
        start, end = 0, blocks.size
        headers = {"Accept-Ranges": "bytes"}
        if found := _RANGE.fullmatch(request.headers.get("range", "")):
            start = int(found[1])
            end = min(end, int(found[2]) + 1) if found[2] else end
            if start >= end:
                headers["Content-Range"] = f"bytes */{blocks.size}"
                return Response(status_code=416, headers=headers)
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{blocks.size}"
        headers["Content-Length"] = str(end - start)
        status = 206 if found else 200
        if request.method == "HEAD":
            return Response(status_code=status, headers=headers)
        pieces = blocks.read(start, end)
        if pace is not None:
            pieces = pace.of(pieces)
        return StreamingResponse(pieces, status_code=status, headers=headers)
