"""Pause, resume and priority against real claims: what workers may do meanwhile, and what not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from vidmill.db import task_reads, tasks
from vidmill.db.job_control import let_go, pause_job, resume_job, set_priority
from vidmill.db.job_reads import fetch_job
from vidmill.db.jobs import cancel_job, delete_job, retry_job
from vidmill.db.pool import Database
from vidmill.errors import JobActive, JobFinished, JobNotRetryable, LeaseLost
from vidmill.jobs import JobStatus
from vidmill.tasks import Failure, NewTask, Task, TaskKind, TaskStatus

PLANNED = [
    NewTask(kind=TaskKind.VIDEO),
    NewTask(kind=TaskKind.AUDIO),
    NewTask(kind=TaskKind.PACKAGE, depends_on=frozenset({TaskKind.VIDEO, TaskKind.AUDIO})),
]


async def by_kind(db: Database, job_id: Any) -> dict[TaskKind, Task]:
    return {task.kind: task for task in await task_reads.fetch_tasks(db, [job_id])}


async def test_nothing_of_a_paused_queued_job_is_claimed(db: Database, jobs: Any) -> None:
    plan = await jobs.create()
    assert await pause_job(db, plan.job_id, lease_seconds=30)
    assert not await pause_job(db, plan.job_id, lease_seconds=30), "paused already"
    assert await jobs.claim(plan.id) is None
    assert await task_reads.queued_tasks(db, older_than_seconds=-1) == [], "nothing to push"
    assert [t.id for t in await resume_job(db, plan.job_id)] == [plan.id]
    assert await resume_job(db, plan.job_id) == [], "not paused any more"
    job = await fetch_job(db, plan.job_id)
    assert (job.status, job.paused_at) == (JobStatus.QUEUED, None)
    assert job.paused_seconds > 0
    assert (await jobs.begin(plan.id)).attempt == 1


async def test_a_running_task_is_taken_away_and_a_finished_one_kept(
    db: Database, jobs: Any
) -> None:
    plan = await jobs.create()
    [audio, video] = await tasks.complete_task(db, await jobs.begin(plan.id), {}, new_tasks=PLANNED)
    assert audio.kind == TaskKind.AUDIO
    await tasks.complete_task(db, await jobs.begin(audio.id), {"track": 1})
    lease = await jobs.begin(video.id)
    await tasks.renew_lease(db, lease, lease_seconds=30, progress=0.5, speed=2)
    reached = (await fetch_job(db, plan.job_id)).progress
    await pause_job(db, plan.job_id, lease_seconds=30)
    for write in (
        tasks.renew_lease(db, lease, lease_seconds=30, progress=0.9, speed=None),
        tasks.complete_task(db, lease, {}),
        tasks.return_task(db, lease),
        tasks.fail_task(
            db, lease, Failure(code="x", message="y"), retry_base_seconds=1,
            retry_max_seconds=1, max_attempts=5,
        ),
    ):  # fmt: skip
        with pytest.raises(LeaseLost):
            await write
    held = await by_kind(db, plan.job_id)
    assert held[TaskKind.AUDIO].status == TaskStatus.COMPLETED
    assert (held[TaskKind.VIDEO].status, held[TaskKind.VIDEO].progress) == ("blocked", 0)
    assert held[TaskKind.VIDEO].max_attempts == 5 + 1, "the attempt does not count"
    assert (await fetch_job(db, plan.job_id)).progress == reached
    assert [t.id for t in await resume_job(db, plan.job_id)] == [video.id]
    assert (await fetch_job(db, plan.job_id)).status == JobStatus.PROCESSING
    assert await jobs.claim(video.id) is None, "the first worker may still be writing"
    assert [t.id for t in await let_go(db, lease)] == [video.id]
    again = await jobs.begin(video.id, "w2")
    assert again.attempt == lease.attempt + 1
    assert await let_go(db, lease) == []
    [package] = await tasks.complete_task(db, again, {})
    assert package.kind == TaskKind.PACKAGE


async def test_without_a_word_of_its_worker_a_task_waits_as_long_as_the_lease(
    db: Database, jobs: Any
) -> None:
    plan = await jobs.create()
    await jobs.begin(plan.id)
    await pause_job(db, plan.job_id, lease_seconds=0.3)
    await resume_job(db, plan.job_id)
    assert await jobs.claim(plan.id) is None
    await asyncio.sleep(0.35)
    assert await jobs.claim(plan.id) is not None


async def test_a_backoff_outlasts_a_pause(db: Database, jobs: Any) -> None:
    plan = await jobs.create()
    lease = await jobs.begin(plan.id)
    await tasks.fail_task(
        db, lease, Failure(code="x", message="y"), retry_base_seconds=60, retry_max_seconds=60,
        max_attempts=5,
    )  # fmt: skip
    await pause_job(db, plan.job_id, lease_seconds=30)
    await resume_job(db, plan.job_id)
    assert await jobs.claim(plan.id) is None


async def test_what_else_can_be_done_to_a_paused_job(db: Database, jobs: Any) -> None:
    plan = await jobs.create()
    await pause_job(db, plan.job_id, lease_seconds=30)
    with pytest.raises(JobActive):
        await delete_job(db, plan.job_id, delete_files=True)
    with pytest.raises(JobNotRetryable):
        await retry_job(db, plan.job_id, max_attempts=5)
    assert await set_priority(db, plan.job_id, 9) == []
    await cancel_job(db, plan.job_id, purge_after_seconds=0)
    for change in (
        pause_job(db, plan.job_id, lease_seconds=30),
        resume_job(db, plan.job_id),
        set_priority(db, plan.job_id, 1),
    ):
        with pytest.raises(JobFinished):
            await change
    [again] = await retry_job(db, plan.job_id, max_attempts=5)
    assert again.priority == 9
    assert (await fetch_job(db, plan.job_id)).paused_at is None


@pytest.mark.parametrize("round_number", range(5))
async def test_claims_and_completions_race_with_pauses(
    db: Database, jobs: Any, round_number: int
) -> None:
    """Whatever comes first, a paused job has nothing queued or running, and a resumed one lacks
    nothing: all of it gets done once."""
    plan = await jobs.create()
    chunks = [NewTask(kind=TaskKind.VIDEO, ordinal=n) for n in range(6)]
    ready = await tasks.complete_task(db, await jobs.begin(plan.id), {}, new_tasks=chunks)
    done: list[Any] = []

    async def work(task_id: Any, worker: str) -> None:
        while task_id not in done:
            lease = await jobs.claim(task_id, worker)
            if lease is None:
                await asyncio.sleep(0.002)
                continue
            try:
                await asyncio.sleep(0.003)
                await tasks.complete_task(db, lease, {"by": worker})
                done.append(task_id)
            except LeaseLost:
                await let_go(db, lease)

    async def interfere() -> None:
        for number in range(8):
            await pause_job(db, plan.job_id, lease_seconds=30)
            statuses = {t.status for t in await task_reads.fetch_tasks(db, [plan.job_id])}
            assert statuses <= {"blocked", "completed"}
            await set_priority(db, plan.job_id, number % 11)
            await resume_job(db, plan.job_id)
            await asyncio.sleep(0.003 * (round_number + 1))

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(interfere())
        for task in ready:
            for worker in ("w1", "w2"):
                group.create_task(work(task.id, f"{worker}-{task.id}"))
    rows = await task_reads.fetch_tasks(db, [plan.job_id])
    assert {t.status for t in rows} == {"completed"}
    assert len(done) == len(set(done)) == 6
    assert {t.priority for t in rows} == {7}


async def test_priority_reaches_every_task_and_those_made_later(db: Database, jobs: Any) -> None:
    plan = await jobs.create(priority=5)
    [moved] = await set_priority(db, plan.job_id, 8)
    assert (moved.id, moved.priority) == (plan.id, 8)
    assert await set_priority(db, plan.job_id, 8) == [], "it is there already"
    lease = await jobs.begin(plan.id)
    assert await set_priority(db, plan.job_id, 2) == [], "a running task goes on"
    ready = await tasks.complete_task(db, lease, {}, new_tasks=PLANNED)
    assert {task.priority for task in ready} == {2}
    assert {t.priority for t in (await by_kind(db, plan.job_id)).values()} == {2}
