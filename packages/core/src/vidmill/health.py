"""Health of what Vidmill depends on: one check each, bounded in time, none raises."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from vidmill.db.pool import Database
from vidmill.db.workers import fetch_workers
from vidmill.errors import VidmillError
from vidmill.queue import Queue
from vidmill.storage import Storage

CHECK_TIMEOUT_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Check:
    """Whether one dependency answers, how long it took in seconds, and what is wrong."""

    healthy: bool
    seconds: float
    detail: str | None = None


async def check_database(db: Database) -> Check:
    """Healthy while PostgreSQL answers a query."""

    async def ask() -> str | None:
        async with db.connection() as conn:
            await conn.execute("SELECT 1")
        return None

    return await _timed(ask)


async def check_queue(queue: Queue) -> Check:
    """Healthy while Redis answers."""

    async def ask() -> str | None:
        await queue.ping()
        return None

    return await _timed(ask)


async def check_storage(storage: Storage) -> Check:
    """Healthy while the bucket can be reached."""

    async def ask() -> str | None:
        await storage.ping()
        return None

    return await _timed(ask)


async def check_workers(db: Database) -> Check:
    """Healthy while at least one worker has been heard of lately."""

    async def ask() -> str | None:
        now = datetime.now(UTC)
        workers = await fetch_workers(db)
        healthy = sum(worker.is_healthy(now) for worker in workers)
        if healthy == 0:
            raise VidmillError("No worker is running. Start one; jobs wait until then.")
        return f"{healthy} active"

    return await _timed(ask)


async def _timed(ask: Callable[[], Awaitable[str | None]]) -> Check:
    begun = time.perf_counter()
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_SECONDS):
            detail = await ask()
    except TimeoutError:
        detail = f"No answer within {CHECK_TIMEOUT_SECONDS:g} s."
        return Check(False, time.perf_counter() - begun, detail)
    except VidmillError as error:
        return Check(False, time.perf_counter() - begun, error.detail)
    return Check(True, time.perf_counter() - begun, detail)
