"""Claims, leases and fencing: what keeps a task from being lost or done twice."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from vidmill.db import task_reads, tasks
from vidmill.db.claims import claim_task
from vidmill.db.job_reads import count_dead_letters, fetch_job
from vidmill.db.jobs import cancel_job
from vidmill.db.pool import Database
from vidmill.errors import LeaseLost
from vidmill.jobs import JobStatus
from vidmill.tasks import Failure, NewTask, TaskKind, TaskStatus

FAILURE = Failure(code="ffmpeg_failed", message="FFmpeg ended with code 1.", log_tail="boom")
GRAPH = [
    NewTask(kind=TaskKind.VIDEO, ordinal=0),
    NewTask(kind=TaskKind.VIDEO, ordinal=1),
    NewTask(kind=TaskKind.AUDIO),
    NewTask(kind=TaskKind.PACKAGE, depends_on=frozenset({TaskKind.VIDEO, TaskKind.AUDIO})),
]


async def test_of_many_claims_of_one_task_exactly_one_succeeds(db: Database, jobs: Any) -> None:
    task = await jobs.create()
    claims = await asyncio.gather(*(jobs.claim(task.id, f"w{i}") for i in range(8)))
    winners = [lease for lease in claims if lease is not None]
    assert len(winners) == 1
    assert winners[0].attempt == 1
    assert await jobs.claim(task.id) is None


async def test_a_claim_begins_its_job(db: Database, jobs: Any) -> None:
    task = await jobs.create()
    claim = await claim_task(db, task.id, worker_id="w1", lease_seconds=30)
    assert claim is not None
    assert (claim.task.status, claim.job.status) == (TaskStatus.RUNNING, JobStatus.PROCESSING)
    assert claim.job == await fetch_job(db, task.job_id)
    assert [claim.task] == await task_reads.fetch_tasks(db, [task.job_id])


async def test_claims_and_cancellations_at_once_wait_for_nobody(db: Database, jobs: Any) -> None:
    tasks = [await jobs.create() for _ in range(20)]
    claims = await asyncio.gather(
        *(jobs.claim(task.id) for task in tasks),
        *(cancel_job(db, task.job_id, purge_after_seconds=0) for task in tasks),
    )
    assert any(claims[: len(tasks)])
    for task in tasks:
        assert (await fetch_job(db, task.job_id)).status == JobStatus.CANCELLED


async def test_an_unknown_task_id_claims_nothing(jobs: Any) -> None:
    from vidmill.ids import new_id

    assert await jobs.claim(new_id()) is None


async def test_a_plan_creates_the_graph_and_only_ready_tasks_are_queued(
    db: Database, jobs: Any
) -> None:
    task = await jobs.create()
    lease = await jobs.begin(task.id)
    queued = await tasks.complete_task(db, lease, {"ok": True}, new_tasks=GRAPH)
    assert sorted(t.kind for t in queued) == ["audio", "video", "video"]
    rows = await task_reads.fetch_tasks(db, [task.job_id])
    assert {(t.kind, t.status) for t in rows if t.kind == TaskKind.PACKAGE} == {
        (TaskKind.PACKAGE, TaskStatus.BLOCKED)
    }


async def test_tasks_queued_at_once_are_pushed_sound_first_and_chunks_in_order(
    db: Database, jobs: Any
) -> None:
    plan = await jobs.begin((await jobs.create()).id)
    graph = [NewTask(kind=TaskKind.VIDEO, ordinal=n) for n in (2, 0, 1)]
    graph.append(NewTask(kind=TaskKind.AUDIO))
    queued = await tasks.complete_task(db, plan, {}, new_tasks=graph)
    rows = {row.id: row for row in await task_reads.fetch_tasks(db, [plan.job_id])}
    order = [(task.kind, rows[task.id].ordinal) for task in queued]
    assert order == [("audio", 0), ("video", 0), ("video", 1), ("video", 2)]
    # The same when the reaper finds them in no list.
    found = await task_reads.queued_tasks(db, older_than_seconds=-1, limit=10)
    assert [task.id for task in found] == [task.id for task in queued]


async def test_tasks_that_complete_together_queue_their_dependent_exactly_once(
    db: Database, jobs: Any
) -> None:
    for _ in range(10):
        task = await jobs.create()
        lease = await jobs.begin(task.id)
        ready = await tasks.complete_task(db, lease, {}, new_tasks=GRAPH)
        leases = [await jobs.begin(t.id, f"w{i}") for i, t in enumerate(ready)]
        unblocked = await asyncio.gather(*(tasks.complete_task(db, one, {}) for one in leases))
        kinds = [t.kind for group in unblocked for t in group]
        assert kinds == ["package"]


async def test_a_write_with_an_older_attempt_changes_nothing(db: Database, jobs: Any) -> None:
    task = await jobs.create()
    stale = await jobs.begin(task.id, "slow", lease_seconds=0.01)
    await asyncio.sleep(0.05)
    queued, expired = await tasks.expire_leases(db)
    assert [job_id for job_id, _ in expired] == [task.job_id]
    fresh = await jobs.begin(queued[0].id, "quick")
    assert fresh.attempt == stale.attempt + 1
    for write in (
        tasks.renew_lease(db, stale, lease_seconds=30, progress=0.5, speed=1),
        tasks.complete_task(db, stale, {"from": "slow"}),
        tasks.return_task(db, stale),
        tasks.fail_task(
            db, stale, FAILURE, retry_base_seconds=1, retry_max_seconds=1, max_attempts=3
        ),
    ):
        with pytest.raises(LeaseLost):
            await write
    await tasks.complete_task(db, fresh, {"from": "quick"})
    rows = await task_reads.fetch_tasks(db, [task.job_id])
    assert rows[0].result == {"from": "quick"}


async def test_a_failed_attempt_waits_for_its_backoff_then_may_be_claimed(
    db: Database, jobs: Any
) -> None:
    task = await jobs.create()
    lease = await jobs.begin(task.id)
    retried = await tasks.fail_task(
        db, lease, FAILURE, retry_base_seconds=0.2, retry_max_seconds=0.2, max_attempts=3
    )
    assert retried
    assert await jobs.claim(task.id) is None
    await asyncio.sleep(0.25)
    again = await jobs.claim(task.id)
    assert again is not None
    assert again.attempt == 2


async def test_spent_attempts_fail_the_job_and_leave_a_dead_letter(db: Database, jobs: Any) -> None:
    task = await jobs.create(max_attempts=2)
    for attempt in (1, 2):
        lease = await jobs.begin(task.id)
        retried = await tasks.fail_task(
            db, lease, FAILURE, retry_base_seconds=0, retry_max_seconds=0, max_attempts=2
        )
        assert retried == (attempt == 1)
    job = await fetch_job(db, task.job_id)
    assert (job.status, job.error_code, job.error_task) == ("failed", "ffmpeg_failed", "plan")
    assert job.error_log == "boom"
    assert await count_dead_letters(db) == 1


async def test_an_invalid_source_fails_at_once_and_is_no_dead_letter(
    db: Database, jobs: Any
) -> None:
    task = await jobs.create(max_attempts=5)
    lease = await jobs.begin(task.id)
    invalid = Failure(code="corrupt_file", message="The file is damaged.", retryable=False)
    assert not await tasks.fail_task(
        db, lease, invalid, retry_base_seconds=1, retry_max_seconds=1, max_attempts=5
    )
    job = await fetch_job(db, task.job_id)
    assert (job.status, job.error_code) == (JobStatus.FAILED, "corrupt_file")
    assert await count_dead_letters(db) == 0


async def test_a_worker_lost_on_the_last_attempt_fails_the_job(db: Database, jobs: Any) -> None:
    task = await jobs.create(max_attempts=1)
    await jobs.begin(task.id, "doomed", lease_seconds=0.01)
    await asyncio.sleep(0.05)
    queued, expired = await tasks.expire_leases(db)
    assert (queued, len(expired)) == ([], 1)
    job = await fetch_job(db, task.job_id)
    assert (job.status, job.error_code) == (JobStatus.FAILED, "worker_lost")
    assert job.error_message is not None
    assert "doomed" in job.error_message


async def test_a_task_given_back_does_not_cost_an_attempt(db: Database, jobs: Any) -> None:
    task = await jobs.create(max_attempts=1)
    lease = await jobs.begin(task.id)
    assert (await tasks.return_task(db, lease)).id == task.id
    again = await jobs.begin(task.id)
    assert again.attempt == 2
    rows = await task_reads.fetch_tasks(db, [task.job_id])
    assert rows[0].max_attempts == 2


async def test_progress_of_a_job_never_falls_and_ends_at_one(db: Database, jobs: Any) -> None:
    task = await jobs.create()
    lease = await jobs.begin(task.id)
    await tasks.renew_lease(db, lease, lease_seconds=30, progress=1.0, speed=None)
    assert (await fetch_job(db, task.job_id)).progress == 0
    ready = await tasks.complete_task(db, lease, {}, new_tasks=GRAPH)
    seen = [(await fetch_job(db, task.job_id)).progress]
    while ready:
        one = await jobs.begin(ready[0].id)
        await tasks.renew_lease(db, one, lease_seconds=30, progress=0.5, speed=2.0)
        seen.append((await fetch_job(db, task.job_id)).progress)
        ready = ready[1:] + await tasks.complete_task(db, one, {})
        seen.append((await fetch_job(db, task.job_id)).progress)
    assert seen == sorted(seen)
    assert 0 < seen[0] < 0.1
    assert seen[-1] > 0.99
