"""Completions that share a statement do not share their fate."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
import pytest

from vidmill.db import task_reads
from vidmill.db.completions import Completion, Completions
from vidmill.db.pool import Database
from vidmill.db.tasks import complete_task
from vidmill.errors import LeaseLost
from vidmill.presentation import task_detail
from vidmill.tasks import Lease, NewTask, TaskKind, TaskStatus, skipped_because


async def begun(jobs: Any, count: int) -> list[Lease]:
    return [await jobs.begin((await jobs.create()).id) for _ in range(count)]


async def test_tasks_that_end_together_are_stored_together(db: Database, jobs: Any) -> None:
    leases = await begun(jobs, 12)
    completions = Completions(db)
    before = await _commits(db)
    await asyncio.gather(
        *(completions.store(Completion(lease, {"n": n}, 0.5)) for n, lease in enumerate(leases))
    )
    assert await _commits(db) - before < len(leases)
    tasks = await task_reads.fetch_tasks(db, [lease.job_id for lease in leases])
    results = {task.id: (task.status, task.result, task.cpu_seconds) for task in tasks}
    assert results == {
        lease.task_id: (TaskStatus.COMPLETED, {"n": n}, 0.5) for n, lease in enumerate(leases)
    }


async def _commits(db: Database) -> int:
    """Transactions that changed something so far."""
    async with db.connection() as conn:
        cursor = await conn.execute("SELECT pg_current_xact_id()::text")
        [(number,)] = await cursor.fetchall()
        return int(number)


async def test_a_result_that_cannot_be_stored_fails_alone(db: Database, jobs: Any) -> None:
    leases = await begun(jobs, 3)
    completions = Completions(db)
    stored = await asyncio.gather(
        completions.store(Completion(leases[0], {})),
        completions.store(Completion(leases[1], {"text": "\x00 is no text in PostgreSQL"})),
        completions.store(Completion(leases[2], {})),
        return_exceptions=True,
    )
    assert stored[0] == stored[2] == []
    assert isinstance(stored[1], psycopg.DataError)


async def test_a_lost_lease_is_lost_alone(db: Database, jobs: Any) -> None:
    first, second, third = await begun(jobs, 3)
    stale = Lease(second.task_id, second.job_id, second.kind, 0, 0, second.worker_id)
    completions = Completions(db)
    stored = await asyncio.gather(
        *(completions.store(Completion(lease, {})) for lease in (first, stale, third)),
        return_exceptions=True,
    )
    assert stored[0] == stored[2] == []
    assert isinstance(stored[1], LeaseLost)


async def test_what_is_unblocked_is_told_though_the_first_to_hear_is_gone(
    db: Database, jobs: Any
) -> None:
    graph = [
        NewTask(kind=TaskKind.VIDEO),
        NewTask(kind=TaskKind.PACKAGE, depends_on=frozenset({TaskKind.VIDEO})),
    ]
    [plain, plan] = await begun(jobs, 2)
    [video] = await complete_task(db, plan, {}, new_tasks=graph)
    lease = await jobs.begin(video.id)
    completions = Completions(db)
    # The first is under way alone; the other two share the next statement, and one of them leaves.
    [other] = await begun(jobs, 1)
    alone = asyncio.create_task(completions.store(Completion(other, {})))
    await asyncio.sleep(0)
    gone = asyncio.create_task(completions.store(Completion(plain, {})))
    stays = asyncio.create_task(completions.store(Completion(lease, {})))
    await asyncio.sleep(0)
    gone.cancel()
    assert await alone == []
    assert [task.kind for task in await stays] == [TaskKind.PACKAGE]
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_a_task_that_is_skipped_says_why_and_the_next_begins(db: Database, jobs: Any) -> None:
    plan = await jobs.begin((await jobs.create()).id)
    captions = NewTask(kind=TaskKind.CAPTIONS)
    package = NewTask(kind=TaskKind.PACKAGE, depends_on=frozenset({TaskKind.CAPTIONS}))
    [queued] = await complete_task(db, plan, {}, new_tasks=[captions, package])
    lease = await jobs.begin(queued.id)
    reason = skipped_because("Nothing is spoken in the video.")
    [following] = await Completions(db).store(Completion(lease, reason, 0.5, skipped=True))
    assert following.kind == TaskKind.PACKAGE
    tasks = await task_reads.fetch_tasks(db, [lease.job_id])
    task = next(task for task in tasks if task.id == lease.task_id)
    assert (task.status, task.progress, task.cpu_seconds) == (TaskStatus.SKIPPED, 1, 0.5)
    assert task.skip_reason == task_detail(task) == "Nothing is spoken in the video."
    assert all(other.skip_reason is None for other in tasks if other.id != task.id)


async def test_no_task_is_skipped_without_a_reason(db: Database, jobs: Any) -> None:
    [lease] = await begun(jobs, 1)
    with pytest.raises(psycopg.errors.CheckViolation, match="tasks_skipped"):
        await Completions(db).store(Completion(lease, {}, skipped=True))
