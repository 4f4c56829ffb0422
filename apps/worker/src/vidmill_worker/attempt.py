"""One attempt at a task: the lease that is renewed beside the work, and what the work may know.

While a handler works, a heartbeat renews the lease, stores progress and learns whether the task
was taken away (cancelled, or given to another worker after a pause). Then the handler is
cancelled, which stops FFmpeg with it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vidmill.db import tasks as task_rows
from vidmill.db.claims import Claim
from vidmill.db.pool import Database
from vidmill.errors import DependencyDown, LeaseLost
from vidmill.queue import Queue
from vidmill.settings import Settings
from vidmill.storage import Storage
from vidmill.tasks import NewTask
from vidmill_worker.scratch import Scratch

log = logging.getLogger(__name__)

#: Pause between tries to store an outcome, in seconds.
PERSIST_PAUSE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Services:
    """What every task may use."""

    settings: Settings
    db: Database
    queue: Queue
    storage: Storage
    encoders: frozenset[str] = frozenset()
    """Those in hardware that work on this machine, as FFmpeg names them."""

    @classmethod
    def for_worker(cls, settings: Settings) -> Services:
        """What a worker of these settings uses; the database is not open yet."""
        database = Database(
            settings.database_url.get_secret_value(),
            # Each slot may hold one connection while its heartbeat wants another.
            size=max(4, 2 * settings.worker_slots),
            name="vidmill-worker",
            # A worker that is stopped in mid-transaction must not keep its locks.
            options="-c idle_in_transaction_session_timeout=15s",
        )
        queue = Queue(settings.redis_url.get_secret_value())
        return cls(settings, database, queue, Storage(settings))

    async def close(self) -> None:
        self.storage.close()
        await self.queue.close()
        await self.db.close()


@dataclass(slots=True)
class Outcome:
    """What a handler hands back: the task's result, the tasks it asks for, and, where the handler
    publishes by itself (package, thumbnail), what completes the task. With `skipped` the result
    says why what was asked for is not possible (`skipped_because`)."""

    result: dict[str, Any]
    skipped: bool = False
    new_tasks: list[NewTask] = field(default_factory=list[NewTask])
    publish: Callable[[float], Awaitable[None]] | None = None


class Attempt:
    """A running attempt, as its handler sees it."""

    def __init__(self, services: Services, claim: Claim, space: Scratch):
        """`space`: the worker's scratch space; the attempt gets a directory of its own in it."""
        self.services = services
        self.lease = claim.task.lease
        self.job = claim.job
        self.task = claim.task
        self.space = space
        self.progress = 0.0
        self.speed: float | None = None
        #: CPU time of FFmpeg so far, in seconds.
        self.cpu_seconds = 0.0
        self._scratch: Path | None = None
        self._deadline = time.monotonic() + services.settings.lease_seconds

    @property
    def scratch(self) -> Path:
        """A directory of this attempt's own, made when first asked for and gone with it."""
        if self._scratch is None:
            self._scratch = self.space.take(self.lease)
        return self._scratch

    def clear(self) -> None:
        """Remove what the attempt left in its directory."""
        if self._scratch is not None:
            self.space.release(self._scratch)

    def report(self, progress: float, speed: float | None = None) -> None:
        """Note progress (0 to 1) and speed (seconds of video per second) for the next heartbeat."""
        self.progress = max(self.progress, min(1.0, progress))
        self.speed = speed if speed is not None else self.speed

    def check_lease(self) -> None:
        """Raises `LeaseLost` where the lease must have run out by this machine's clock.

        Asked before each write to storage: a worker that was stopped for a while (SIGSTOP, a
        suspended machine) wakes up holding work that is somebody else's by now.
        """
        if time.monotonic() > self._deadline:
            raise LeaseLost

    async def run(self, handler: Callable[[Attempt], Awaitable[Outcome]]) -> Outcome:
        """Run the handler under a heartbeat. Raises `LeaseLost`, `ScratchFull`, or whatever the
        handler raises."""
        work = asyncio.ensure_future(handler(self))
        try:
            while not work.done():
                await asyncio.wait({work}, timeout=self.services.settings.heartbeat_seconds)
                if not work.done():
                    await self._renew()
                if self._scratch is not None and not work.done():
                    await self.space.check(self._scratch)
            return work.result()
        finally:
            if not work.done():
                work.cancel()
            # The handler stops FFmpeg on its way out; the attempt is over only after that.
            await asyncio.gather(work, return_exceptions=True)

    async def persist(self, write: Callable[[], Awaitable[None]]) -> None:
        """Store an outcome, trying again while PostgreSQL is away: hours of encoding are not to be
        lost to a restart. Raises `LeaseLost` when the lease has run out meanwhile."""
        while True:
            try:
                return await write()
            except DependencyDown:
                self.check_lease()
                await asyncio.sleep(PERSIST_PAUSE_SECONDS)

    async def _renew(self) -> None:
        """Renew the lease and store progress. Raises `LeaseLost` when the lease is gone, or when
        PostgreSQL did not answer for so long that it must be."""
        asked = time.monotonic()
        try:
            await task_rows.renew_lease(
                self.services.db,
                self.lease,
                lease_seconds=self.services.settings.lease_seconds,
                progress=self.progress,
                speed=self.speed,
            )
        except DependencyDown:
            self.check_lease()
            return
        # Counted from before the request: the database may have renewed it right then.
        self._deadline = asked + self.services.settings.lease_seconds
        self.services.queue.announce(self.lease.job_id, self.job.owner_id)
