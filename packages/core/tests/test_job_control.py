"""Cancel, retry, delete and publish: what each leaves behind."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from vidmill.db import purges, task_reads, tasks
from vidmill.db.job_lists import list_summaries
from vidmill.db.job_reads import fetch_assets, fetch_job, fetch_renditions
from vidmill.db.jobs import cancel_job, delete_job, publish_job, retry_job
from vidmill.db.pool import Database
from vidmill.errors import (
    InvalidCursor,
    JobActive,
    JobFinished,
    JobNotRetryable,
    LeaseLost,
    NotFound,
)
from vidmill.ids import new_id
from vidmill.jobs import Asset, AssetKind, JobFilter, JobStatus, job_prefix
from vidmill.tasks import Failure, Lease, NewTask, TaskKind, TaskStatus

PACKAGE = [
    NewTask(kind=TaskKind.VIDEO),
    NewTask(kind=TaskKind.PACKAGE, depends_on=frozenset({TaskKind.VIDEO})),
]


def master(lease: Lease) -> Asset:
    return Asset(
        id=new_id(),
        job_id=lease.job_id,
        kind=AssetKind.MASTER_PLAYLIST,
        name="master.m3u8",
        rendition=None,
        object_key=job_prefix(lease.job_id) + "master.m3u8",
        content_type="application/vnd.apple.mpegurl",
        size_bytes=10,
    )


async def until_package(db: Database, jobs: Any) -> Lease:
    task = await jobs.create()
    ready = await tasks.complete_task(db, await jobs.begin(task.id), {}, new_tasks=PACKAGE)
    ready = await tasks.complete_task(db, await jobs.begin(ready[0].id), {})
    return await jobs.begin(ready[0].id)


async def due_purge(db: Database) -> str | None:
    async with db.transaction() as conn:
        return await purges.lock_due_purge(conn)


async def test_cancelling_takes_the_lease_and_removes_partial_output_later(
    db: Database, jobs: Any
) -> None:
    task = await jobs.create()
    lease = await jobs.begin(task.id)
    await cancel_job(db, task.job_id, purge_after_seconds=0.2)
    assert (await fetch_job(db, task.job_id)).status == JobStatus.CANCELLED
    with pytest.raises(LeaseLost):
        await tasks.renew_lease(db, lease, lease_seconds=30, progress=0.1, speed=None)
    assert await due_purge(db) is None
    await asyncio.sleep(0.25)
    assert await due_purge(db) == job_prefix(task.job_id)
    with pytest.raises(JobFinished):
        await cancel_job(db, task.job_id, purge_after_seconds=0)


async def test_a_cancelled_job_is_retried_from_the_start(db: Database, jobs: Any) -> None:
    lease = await until_package(db, jobs)
    await cancel_job(db, lease.job_id, purge_after_seconds=0)
    queued = await retry_job(db, lease.job_id, max_attempts=5)
    assert [t.kind for t in queued] == ["plan"]
    assert [t.kind for t in await task_reads.fetch_tasks(db, [lease.job_id])] == ["plan"]
    # Otherwise the reaper would remove what the retry makes.
    assert await due_purge(db) is None


async def test_a_failed_job_is_retried_without_its_completed_tasks(db: Database, jobs: Any) -> None:
    lease = await until_package(db, jobs)
    spent = Failure(code="ffmpeg_failed", message="no")
    await tasks.fail_task(
        db, lease, spent, retry_base_seconds=0, retry_max_seconds=0, max_attempts=1
    )
    queued = await retry_job(db, lease.job_id, max_attempts=5)
    assert [t.id for t in queued] == [lease.task_id]
    rows = {t.kind: t for t in await task_reads.fetch_tasks(db, [lease.job_id])}
    assert rows[TaskKind.VIDEO].status == TaskStatus.COMPLETED
    assert rows[TaskKind.PACKAGE].max_attempts == lease.attempt + 5
    job = await fetch_job(db, lease.job_id)
    assert (job.status, job.error_code, job.finished_at) == (JobStatus.QUEUED, None, None)
    with pytest.raises(JobNotRetryable):
        await retry_job(db, lease.job_id, max_attempts=5)


async def test_an_active_job_is_not_deleted_an_ended_one_is_with_its_files(
    db: Database, jobs: Any
) -> None:
    task = await jobs.create()
    with pytest.raises(JobActive):
        await delete_job(db, task.job_id, delete_files=True)
    await cancel_job(db, task.job_id, purge_after_seconds=0)
    await delete_job(db, task.job_id, delete_files=True)
    with pytest.raises(NotFound):
        await fetch_job(db, task.job_id)
    assert await due_purge(db) == job_prefix(task.job_id)


async def test_a_job_is_published_once_and_whole(db: Database, jobs: Any) -> None:
    lease = await until_package(db, jobs)
    await publish_job(db, lease, {}, renditions=[], assets=[master(lease)], cpu_seconds=1)
    job = await fetch_job(db, lease.job_id)
    assert (job.status, job.progress) == (JobStatus.COMPLETED, 1)
    assert job.playable_at is not None
    assert len(await fetch_assets(db, [lease.job_id])) == 1
    with pytest.raises(LeaseLost):
        await publish_job(db, lease, {}, renditions=[], assets=[master(lease)], cpu_seconds=1)


async def test_a_job_cancelled_while_it_is_packaged_is_not_published(
    db: Database, jobs: Any
) -> None:
    lease = await until_package(db, jobs)
    await cancel_job(db, lease.job_id, purge_after_seconds=0)
    with pytest.raises(LeaseLost):
        await publish_job(db, lease, {}, renditions=[], assets=[master(lease)], cpu_seconds=1)
    assert await fetch_assets(db, [lease.job_id]) == []
    assert await fetch_renditions(db, [lease.job_id]) == []


async def test_pages_follow_each_other_without_gap_or_repetition(db: Database, jobs: Any) -> None:
    made = [(await jobs.create(priority=i % 3)).job_id for i in range(7)]
    for sort in ("-created_at", "created_at", "-priority", "priority"):
        seen: list[Any] = []
        cursor = None
        while True:
            page = await list_summaries(db, JobFilter(), sort=sort, limit=3, cursor=cursor)
            assert page.total == 7
            seen += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
        assert sorted(job.id for job in seen) == sorted(made)
        if "priority" in sort:
            priorities = [job.priority for job in seen]
            assert priorities == sorted(priorities, reverse=sort.startswith("-"))


async def test_a_cursor_of_another_order_or_of_nobody_is_refused(db: Database, jobs: Any) -> None:
    for _ in range(2):
        await jobs.create()
    page = await list_summaries(db, JobFilter(), sort="priority", limit=1, cursor=None)
    for cursor in (page.next_cursor, "nonsense", "W10", "bnVsbA", ""):
        with pytest.raises(InvalidCursor):
            await list_summaries(db, JobFilter(), sort="-created_at", limit=1, cursor=cursor)


async def test_search_takes_wildcards_literally(db: Database, jobs: Any) -> None:
    await jobs.create()
    for search, hits in (("CLIP", 1), ("%", 0), ("_", 0), ("clip.mp4", 1)):
        page = await list_summaries(db, JobFilter(search=search), limit=5, cursor=None)
        assert page.total == hits, search
