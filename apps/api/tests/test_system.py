from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from vidmill.db.workers import beat_worker, register_worker
from vidmill.settings import Settings
from vidmill.system_health import Figures, Severity, assess
from vidmill.users import Role
from vidmill.workers import Worker
from vidmill_stack.pytest_plugin import Servers

from .running import V1, Account, Service, eventually, post_job, problem
from .worked import Work

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
async def root(service: Service) -> Account:
    return await service.account(Role.ADMIN)


async def execute(service: Service, statement: Any, *values: Any) -> None:
    async with service.context.db.connection() as conn:
        await conn.execute(statement, values)


async def test_figures_are_true(
    service: Service, http: httpx.AsyncClient, work: Work, root: Account, video_id: str
) -> None:
    done, failed, _ = [await post_job(http, video_id) for _ in range(3)]
    await work.publish(done["id"])
    await work.fail(await work.begin(failed["id"]), retryable=True, max_attempts=1)
    for job, waited, took in ((done, 10, 30), (failed, 20, 5)):
        await execute(
            service,
            "UPDATE jobs SET started_at = created_at + make_interval(secs => %s),"
            " finished_at = created_at + make_interval(secs => %s) WHERE id = %s",
            waited, waited + took, UUID(job["id"]),
        )  # fmt: skip
    await register_worker(service.context.db, "w1", host="h", pid=1, slots=2)
    await register_worker(service.context.db, "w2", host="h", pid=2, slots=2)
    await beat_worker(service.context.db, "w2", status="stopped", completed=0, failed=0)
    seen = (await http.get(V1 + "/system/metrics")).json()
    assert datetime.fromisoformat(seen.pop("last_updated")) <= datetime.now(UTC)
    assert seen == {
        "queue_depth": 1, "dlq_depth": 1, "active_jobs": 0, "queued_jobs": 1, "total_jobs": 3,
        "completed_jobs": 1, "failed_jobs": 1, "cancelled_jobs": 0,
        "average_wait_time_seconds": 15.0, "average_process_time_seconds": 30.0,
        "worker_count": 1, "healthy_workers": 1,
    }  # fmt: skip
    async with service.client(await service.account()) as stranger:
        theirs = (await stranger.get(V1 + "/system/metrics")).json()
        assert (theirs["total_jobs"], theirs["dlq_depth"]) == (0, 0)
        assert theirs["average_wait_time_seconds"] is None
        assert theirs["queue_depth"] == 1
    async with service.client(root) as admin:
        assert (await admin.get(V1 + "/system/metrics")).json()["total_jobs"] == 3


async def test_the_queue_by_priority(
    service: Service, http: httpx.AsyncClient, work: Work, video_id: str
) -> None:
    urgent, usual, later = [await post_job(http, video_id, priority=p) for p in (9, 5, 5)]
    await work.fail(await work.begin(later["id"]), retryable=True)
    await execute(
        service,
        "UPDATE tasks SET queued_at = now() - interval '100 s' WHERE job_id = %s",
        UUID(usual["id"]),
    )
    stats = (await http.get(V1 + "/queue/stats")).json()
    assert (stats["queue_depth"], stats["delayed"], stats["dlq_depth"]) == (3, 1, 0)
    assert 100 <= stats["oldest_wait_seconds"] < 130
    depths = [(one["priority"], one["waiting"], one["delayed"]) for one in stats["priorities"]]
    assert depths == [(9, 1, 0), (5, 1, 1)]
    assert urgent["priority"] == 9


async def test_workers_with_what_they_do(
    service: Service, http: httpx.AsyncClient, work: Work, root: Account, video_id: str
) -> None:
    problem(await http.get(V1 + "/workers/health"), 403, "forbidden")
    job = await post_job(http, video_id)
    for name in ("worker-1", "worker-2"):
        await register_worker(service.context.db, name, host="h", pid=1, slots=1)
    await work.begin(job["id"])
    await execute(
        service, "UPDATE workers SET heartbeat_at = now() - interval '1 min' WHERE id = 'worker-2'"
    )
    async with service.client(root) as admin:
        busy, silent = (await admin.get(V1 + "/workers/health")).json()["workers"]
    assert (busy["status"], busy["current_jobs"], busy["running_tasks"]) == (
        "healthy", [job["id"]], 1,
    )  # fmt: skip
    assert (silent["status"], silent["current_jobs"]) == ("silent", [])


async def test_health_says_what_is_wrong_and_what_to_do(
    service: Service, http: httpx.AsyncClient, servers: Servers
) -> None:
    async def health() -> Any:
        return (await http.get(V1 + "/system/health")).json()

    seen = await health()
    assert (seen["status"], [one["code"] for one in seen["alerts"]]) == ("critical", ["no_workers"])
    await register_worker(service.context.db, "w1", host="h", pid=1, slots=1)
    seen = await health()
    assert (seen["status"], seen["alerts"]) == ("healthy", [])
    servers.valkey.stop()
    try:
        codes = [one["code"] for one in (await health())["alerts"]]
        assert codes == ["redis_unavailable"]
    finally:
        servers.valkey.start()

    async def healthy() -> bool:
        return (await health())["status"] == "healthy"

    await eventually(healthy)


def worker(status: str = "active", silent: float = 0) -> Worker:
    return Worker(
        id="w", host="h", pid=1, slots=1, status=status, tasks_completed=0, tasks_failed=0,
        started_at=NOW, heartbeat_at=NOW - timedelta(seconds=silent), running_tasks=0, encoders=[],
    )  # fmt: skip


CASES: list[tuple[dict[str, Any], Severity, list[str]]] = [
    ({}, Severity.HEALTHY, []),
    ({"workers": []}, Severity.CRITICAL, ["no_workers"]),
    ({"workers": [worker("stopped")]}, Severity.CRITICAL, ["no_workers"]),
    ({"workers": [worker("draining")]}, Severity.CRITICAL, ["no_workers"]),
    ({"workers": [worker("draining"), worker()]}, Severity.HEALTHY, []),
    ({"workers": [worker(), worker(), worker(silent=60)]}, Severity.WARNING, ["workers_silent"]),
    ({"workers": [worker(), worker(silent=60), worker(silent=60)]}, Severity.CRITICAL,
     ["workers_silent"]),
    ({"waiting_tasks": 1001}, Severity.WARNING, ["queue_deep"]),
    ({"oldest_wait_seconds": 901.0}, Severity.WARNING, ["queue_slow"]),
    ({"dead_letters": 11}, Severity.WARNING, ["dead_letters"]),
    ({"dead_letters": 101, "waiting_tasks": 5000}, Severity.CRITICAL,
     ["dead_letters", "queue_deep"]),
    ({"unreachable": ["storage"]}, Severity.CRITICAL, ["storage_unavailable"]),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "status", "codes"), CASES)
def test_alerts(
    settings: Settings, changed: dict[str, Any], status: Severity, codes: list[str]
) -> None:
    usual: dict[str, Any] = {
        "now": NOW, "workers": [worker()], "waiting_tasks": 1000, "oldest_wait_seconds": 900.0,
        "dead_letters": 10, "unreachable": [],
    }  # fmt: skip
    found, alerts = assess(Figures(**usual | changed), settings)
    assert (found, [one.code for one in alerts]) == (status, codes)
    assert all(one.detail.endswith(".") and one.action.endswith(".") for one in alerts)
