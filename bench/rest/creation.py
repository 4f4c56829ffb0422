"""Posting jobs, beside the bare INSERT and LPUSH that it stands for."""

from __future__ import annotations

import asyncio
import statistics
import time
from uuid import UUID

import psycopg
import redis.asyncio
from bench.rest.load import Request, closed_loop
from psycopg.types.json import Jsonb

from vidmill.ids import new_id

WANTED = 2.0
ROUNDS = 3
CLIENTS = 8
_INSERT = """
    INSERT INTO jobs (id, owner_id, video_id, priority, preset, spec, metadata, filename)
    SELECT %s, %s, id, 5, 'web', %s, '{"project": "bench"}', 'clip.mp4' FROM videos
    WHERE owner_id = %s LIMIT 1
"""


async def compare_creation(
    address: tuple[str, int], posts: list[Request], url: str, redis_url: str, owner_id: UUID
) -> bool:
    """Jobs a second by POST and by the bare statements, in turn, from as many clients; whether
    POST is within twice the time."""
    ratios: list[float] = []
    share = len(posts) // ROUNDS
    for number in range(ROUNDS):
        bare = await _bare(url, redis_url, owner_id, share)
        ours = await closed_loop(
            address, posts[number * share : (number + 1) * share], clients=CLIENTS
        )
        ratios.append(bare / ours)
        print(f"creation: bare {bare:.0f}/s, POST /jobs {ours:.0f}/s: {bare / ours:.2f} times")
    ratio = statistics.median(ratios)
    print(f"creation: median {ratio:.2f} times the bare INSERT + LPUSH, wanted {WANTED}")
    return ratio <= WANTED


async def _bare(url: str, redis_url: str, owner_id: UUID, count: int) -> float:
    left = list(range(count))
    queue = redis.asyncio.Redis.from_url(redis_url)
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT spec FROM presets WHERE name = 'web'").fetchone()
        assert row is not None
        spec = Jsonb(row[0])

    async def client() -> None:
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            while left:
                left.pop()
                job_id = new_id()
                await connection.execute(_INSERT, [job_id, owner_id, spec, owner_id])
                await queue.lpush("bench:bare", str(job_id))

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    seconds = time.perf_counter() - begun
    await queue.delete("bench:bare")
    await queue.aclose()
    return count / seconds
