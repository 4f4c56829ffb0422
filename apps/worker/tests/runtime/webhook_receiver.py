"""A receiver of webhooks as people have them: it fails, hangs, resets, and notes what it got."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal, cast

import orjson

Behaviour = Literal["ok", "fail", "hang", "reset", "redirect", "gone", "later"]

ANSWERS: dict[Behaviour, bytes] = {
    "ok": b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone",
    "fail": b"HTTP/1.1 500 Oops\r\nContent-Length: 2000\r\n\r\n" + b"no" * 1000,
    "redirect": b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n",
    "gone": b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n",
    "later": b"HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 1\r\n\r\n\0",
}


@dataclass(frozen=True)
class Received:
    """A request, and what it was answered."""

    path: str
    headers: dict[str, str]
    body: bytes
    behaviour: Behaviour

    @property
    def accepted(self) -> bool:
        return self.behaviour == "ok"

    @property
    def payload(self) -> dict[str, Any]:
        return orjson.loads(self.body)


@dataclass
class Receiver:
    """`choose` says how each request fares, by its path."""

    choose: Callable[[str], Behaviour] = lambda _: "ok"
    location: str = "http://169.254.169.254/"
    """Where it redirects to."""
    host: str = "127.0.0.1"
    port: int = 0
    connections: int = 0
    received: list[Received] = field(default_factory=list[Received])
    most_at_once: Counter[str] = field(default_factory=Counter[str])
    _open: Counter[str] = field(default_factory=Counter[str])

    def url(self, path: str = "hook") -> str:
        return f"http://{self.host}:{self.port}/{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                first, *lines = head.split("\r\n")[:-2]
                headers = dict(line.split(": ", 1) for line in lines)
                body = await reader.readexactly(int(headers["Content-Length"]))
                await self._answer(first.split(" ")[1], headers, body, writer)
        except (OSError, EOFError):
            pass
        finally:
            writer.transport.abort()

    async def _answer(
        self, path: str, headers: dict[str, str], body: bytes, writer: asyncio.StreamWriter
    ) -> None:
        behaviour = self.choose(path)
        self.received.append(Received(path, headers, body, behaviour))
        self._open[path] += 1
        self.most_at_once[path] = max(self.most_at_once[path], self._open[path])
        try:
            if behaviour == "reset":
                raise ConnectionResetError
            if behaviour == "hang":
                await asyncio.sleep(600)
            await asyncio.sleep(0)
            answer = ANSWERS[behaviour]
            writer.write(answer % self.location.encode() if behaviour == "redirect" else answer)
            await writer.drain()
        finally:
            self._open[path] -= 1


def at_random(seed: int, **shares: float) -> Callable[[str], Behaviour]:
    """Behaviours with these shares; the rest is accepted."""
    source = random.Random(seed)
    names = cast("list[Behaviour]", [*shares, "ok"])
    weights = [*shares.values(), 1 - sum(shares.values())]
    return lambda _: source.choices(names, weights)[0]


@asynccontextmanager
async def receiving(receiver: Receiver) -> AsyncGenerator[Receiver]:
    """The receiver on a free port of 127.0.0.1, until the block ends."""
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(receiver.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, receiver.host, 0, backlog=1000)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)
