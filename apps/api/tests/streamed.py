"""Server-sent events, as a client reads them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson

from vidmill.cancellation import cancel_and_wait

from .running import V1, Json

#: More than the second that lies between two looks.
SOON = 3.0


class Live:
    """A stream as it is read; whoever waits in vain for an event may wait for it again."""

    def __init__(self, reply: httpx.Response) -> None:
        self.reply = reply
        self._events = asyncio.Queue[tuple[str, Json]]()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        name = ""
        async for line in self.reply.aiter_lines():
            field, _, value = line.partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                self._events.put_nowait((name, orjson.loads(value)))

    async def next(self, seconds: float = SOON) -> tuple[str, Json]:
        """The next event and its data; raises TimeoutError."""
        async with asyncio.timeout(seconds):
            return await self._events.get()

    async def until(self, name: str, job_id: str, status: str | None = None) -> Json:
        """The next event of a job by this name, and with this status."""
        while True:
            told, data = await self.next()
            if (told, data.get("id")) == (name, job_id) and status in {None, data.get("status")}:
                return data

    async def heard(self, seconds: float) -> list[tuple[str, str]]:
        """Names and jobs of all events of so long."""
        await asyncio.sleep(seconds)
        events = [self._events.get_nowait() for _ in range(self._events.qsize())]
        return [(name, data.get("id", "")) for name, data in events if name != "ping"]

    async def end(self, seconds: float) -> None:
        """Returns when the server has ended it; raises TimeoutError."""
        async with asyncio.timeout(seconds):
            await asyncio.shield(self._reading)

    async def close(self) -> None:
        await cancel_and_wait(self._reading)


@asynccontextmanager
async def read(http: httpx.AsyncClient, path: str, **options: Any) -> AsyncGenerator[Live]:
    async with http.stream("GET", V1 + path, **options) as reply:
        assert reply.status_code == 200
        stream = Live(reply)
        try:
            yield stream
        finally:
            await stream.close()


@asynccontextmanager
async def listen(http: httpx.AsyncClient, *job_ids: str) -> AsyncGenerator[Live]:
    """All of somebody's jobs."""
    async with read(http, "/jobs/events", params={"job_id": job_ids}) as stream:
        assert await stream.next() == ("reset", {}), "whatever was before is not told"
        yield stream
