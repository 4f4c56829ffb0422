"""Workers as the rest of the system sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

#: A worker writes its heartbeat this often, in seconds, whether it has work or not.
WORKER_HEARTBEAT_SECONDS = 5.0
#: Three missed heartbeats are an absence, not a delay.
WORKER_STALE_AFTER = timedelta(seconds=3 * WORKER_HEARTBEAT_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A row of `workers`, with the tasks it runs now."""

    id: str
    host: str
    pid: int
    slots: int
    status: str
    tasks_completed: int
    tasks_failed: int
    started_at: datetime
    heartbeat_at: datetime
    running_tasks: int
    encoders: list[str]
    """In hardware, as FFmpeg names them: those that worked when it started."""
    drain_requested_at: datetime | None = None
    """Since when it is to take no more tasks; None if it may."""

    def is_healthy(self, now: datetime) -> bool:
        """Whether it may be relied on: not stopped, and heard of lately."""
        return self.status != "stopped" and now - self.heartbeat_at < WORKER_STALE_AFTER


def encoders_everywhere(workers: Iterable[Worker], now: datetime) -> frozenset[str]:
    """The hardware encoders that all workers have which may take a task now."""
    active = [w for w in workers if w.status == "active" and w.is_healthy(now)]
    names = {name for worker in active for name in worker.encoders}
    return frozenset(name for name in names if all(name in w.encoders for w in active))
