"""Requests at a given rate, whether or not the server keeps up: a request that had to wait for its
turn counts from when it was due. By hand, because a general client would cost more than the server.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

CONNECTIONS = 64
PATIENCE_SECONDS = 30.0
#: Less than the five seconds after which the server ends a connection that nobody uses.
KEPT_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as bytes, and under which name its time is reported."""

    name: str
    content: bytes

    @classmethod
    def of(cls, name: str, method: str, path: str, key: str, body: object = None) -> Request:
        """A request of the REST API."""
        payload = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\nX-API-Key: {key}\r\n"
        if body is not None:
            head += f"Content-Type: application/json\r\nContent-Length: {len(payload)}\r\n"
        elif method == "POST":
            head += "Content-Length: 0\r\n"
        return cls(name, head.encode() + b"\r\n" + payload)


@dataclass(slots=True)
class Times:
    """Seconds by name, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def percentile(self, name: str, share: float) -> float:
        """Milliseconds."""
        ordered = sorted(self.seconds[name])
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Connection:
    """One kept-alive HTTP/1.1 connection."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._used = 0.0

    async def ask(self, request: Request) -> tuple[int, bytes]:
        """Status and body."""
        if self._streams is not None and time.monotonic() > self._used + KEPT_SECONDS:
            self._streams[1].close()
            self._streams = None
        if self._streams is None:
            self._streams = await asyncio.open_connection(*self._address, limit=2**24)
        self._used = time.monotonic()
        reader, writer = self._streams
        try:
            writer.write(request.content)
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.split(b"\r\n")
            length = next(
                int(line.split(b":")[1])
                for line in lines
                if line.lower().startswith(b"content-length")
            )
            return int(lines[0].split()[1]), await reader.readexactly(length)
        except BaseException:
            writer.close()
            self._streams = None
            raise


async def open_loop(
    address: tuple[str, int], choose: Callable[[], Request], *, rate: float, seconds: float
) -> Times:
    """Requests at random moments, on average `rate` a second."""
    idle: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()
    for _ in range(CONNECTIONS):
        idle.put_nowait(Connection(address))
    times = Times()
    # Ours must not hold up what is measured.
    gc.collect()
    gc.freeze()

    async def ask(request: Request, due: float) -> None:
        connection = await idle.get()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                status, _ = await connection.ask(request)
            times.seconds[request.name].append(time.perf_counter() - due)
            if status >= 500:
                times.errors[f"{request.name}: {status}"] += 1
        except (OSError, EOFError, TimeoutError) as error:
            times.errors[f"{request.name}: {type(error).__name__}"] += 1
        finally:
            idle.put_nowait(connection)

    begun = due = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        while (due := due + random.expovariate(rate)) < begun + seconds:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            group.create_task(ask(choose(), due))
    return times


async def closed_loop(address: tuple[str, int], requests: list[Request], *, clients: int) -> float:
    """Requests a second of so many clients that each wait for their answer."""
    left = list(reversed(requests))

    async def client() -> None:
        connection = Connection(address)
        while left:
            status, body = await connection.ask(left.pop())
            assert status < 300, body

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return len(requests) / (time.perf_counter() - begun)
