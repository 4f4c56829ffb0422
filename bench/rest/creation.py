"""Posting jobs, beside the bare INSERT and LPUSH that it stands for: from the bench's own process,
and behind a Starlette service that does these two and nothing else."""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from uuid import UUID

import psycopg
import redis.asyncio
from bench.rest.load import Request, closed_loop
from psycopg.types.json import Jsonb

from vidmill.ids import new_id
from vidmill_stack.readiness import port_open, wait_until

WANTED = 2.0
ROUNDS = 5
CLIENTS = 8
INSERT = """
    INSERT INTO jobs (id, owner_id, video_id, priority, preset, spec, metadata, filename)
    SELECT %s, %s, id, 5, 'web', %s, '{"project": "bench"}', 'clip.mp4' FROM videos
    WHERE owner_id = %s LIMIT 1
"""


async def compare_creation(
    address: tuple[str, int], posts: list[Request], url: str, redis_url: str, owner_id: UUID
) -> bool:
    """Jobs a second by POST and by the bare statements, in turn, from as many clients; whether
    POST is within twice the time."""
    ratios: list[tuple[float, float]] = []
    share = len(posts) // ROUNDS
    with _bare_service(url, redis_url, owner_id) as port:
        bare_post = Request.of("bare", "POST", "/", "", {})
        for number in range(ROUNDS):
            bare = await _bare(url, redis_url, owner_id, share)
            served = await closed_loop(("127.0.0.1", port), [bare_post] * share, clients=CLIENTS)
            mine = posts[number * share : (number + 1) * share]
            ours = await closed_loop(address, mine, clients=CLIENTS)
            ratios.append((bare / ours, served / ours))
            print(
                f"creation: bare {bare:.0f}/s, bare behind Starlette {served:.0f}/s, "
                f"POST /jobs {ours:.0f}/s: {bare / ours:.2f} and {served / ours:.2f} times"
            )
    queue = redis.asyncio.Redis.from_url(redis_url)
    await queue.delete("bench:bare")
    await queue.aclose()
    to_bare, to_served = (statistics.median(column) for column in zip(*ratios, strict=True))
    print(
        f"creation: median {to_bare:.2f} times the bare INSERT + LPUSH, wanted {WANTED}; "
        f"{to_served:.2f} times the same behind Starlette"
    )
    return to_bare <= WANTED


@contextmanager
def _bare_service(url: str, redis_url: str, owner_id: UUID) -> Generator[int]:
    """On the core that the API has, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    core = min(os.sched_getaffinity(0))
    command = [sys.executable, "-m", "bench.rest.bare_service", str(port), url, redis_url]
    process = subprocess.Popen([*command, str(owner_id)])
    os.sched_setaffinity(process.pid, {core})
    try:
        assert wait_until(lambda: port_open(port), 20)
        yield port
    finally:
        process.terminate()
        process.wait()


def stored_spec(url: str) -> Jsonb:
    """What jobs of the default preset carry."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT spec FROM presets WHERE name = 'web'").fetchone()
    assert row is not None
    return Jsonb(row[0])


async def _bare(url: str, redis_url: str, owner_id: UUID, count: int) -> float:
    left = list(range(count))
    queue = redis.asyncio.Redis.from_url(redis_url)
    spec = stored_spec(url)

    async def client() -> None:
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            while left:
                left.pop()
                job_id = new_id()
                await connection.execute(INSERT, [job_id, owner_id, spec, owner_id])
                await queue.lpush("bench:bare", str(job_id))

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    seconds = time.perf_counter() - begun
    await queue.aclose()
    return count / seconds
