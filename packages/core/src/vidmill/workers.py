"""Workers as the rest of the system sees them."""

from __future__ import annotations

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

    def is_healthy(self, now: datetime) -> bool:
        """Whether it may be relied on: not stopped, and heard of lately."""
        return self.status != "stopped" and now - self.heartbeat_at < WORKER_STALE_AFTER
