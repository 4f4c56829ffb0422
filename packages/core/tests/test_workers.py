from __future__ import annotations

from datetime import UTC, datetime, timedelta

from vidmill.db.pool import Database
from vidmill.db.workers import fetch_workers, register_worker
from vidmill.workers import WORKER_STALE_AFTER, Worker, encoders_everywhere

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def worker(*encoders: str, status: str = "active", silent: timedelta = timedelta(0)) -> Worker:
    return Worker(
        id="w",
        host="host",
        pid=1,
        slots=1,
        status=status,
        tasks_completed=0,
        tasks_failed=0,
        started_at=NOW,
        heartbeat_at=NOW - silent,
        running_tasks=0,
        encoders=list(encoders),
    )


def test_what_all_workers_at_work_can_encode_with() -> None:
    assert encoders_everywhere([], NOW) == frozenset()
    assert encoders_everywhere([worker("a", "b")], NOW) == {"a", "b"}
    assert encoders_everywhere([worker("a", "b"), worker("b", "c")], NOW) == {"b"}
    assert encoders_everywhere([worker("a"), worker()], NOW) == frozenset()
    others = [
        worker(status="draining"),
        worker(status="stopped"),
        worker(silent=WORKER_STALE_AFTER),
    ]
    assert encoders_everywhere([worker("a"), *others], NOW) == {"a"}


async def test_a_worker_that_starts_again_says_anew_what_it_has(db: Database) -> None:
    for encoders in (["h264_nvenc", "hevc_nvenc"], ["h264_nvenc"], []):
        await register_worker(db, "w1", host="host", pid=1, slots=2, encoders=encoders)
        [row] = await fetch_workers(db)
        assert row.encoders == encoders
