"""Jobs in PostgreSQL: creation, control, publication. What only reads is in `job_reads`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from vidmill.db import purges
from vidmill.db.completions import Completion, complete_in
from vidmill.db.growing import forget_growth
from vidmill.db.pool import Connection, Database
from vidmill.db.queries import load_queries
from vidmill.db.quotas import fetch_quotas_in
from vidmill.db.reuse import store_tracks
from vidmill.db.sources import forget_unfetched
from vidmill.errors import JobActive, JobFinished, JobNotRetryable, LeaseLost, NotFound
from vidmill.ids import new_id
from vidmill.jobs import ACTIVE, RETRYABLE, Asset, Job, JobStatus, Rendition, job_prefix
from vidmill.quotas import NO_QUOTAS, QuotaDefaults, QuotaExceeded
from vidmill.tasks import Lease, QueuedTask, Task, TaskKind, TaskStatus

SQL = load_queries("jobs.sql")
TASKS_SQL = load_queries("tasks.sql")


@dataclass(frozen=True, slots=True)
class CreatedJob:
    """A job as it was inserted. `queued`: the task to push once the transaction is committed."""

    job: Job
    tasks: list[Task]
    queued: QueuedTask


async def create_job(
    conn: Connection,
    *,
    owner_id: UUID,
    video_id: UUID,
    filename: str,
    preset: str,
    spec: dict[str, Any],
    priority: int,
    metadata: dict[str, Any],
    max_attempts: int,
    reuse: bool = True,
    edits: dict[str, Any] | None = None,
    api_key_id: UUID | None = None,
    quotas: QuotaDefaults = NO_QUOTAS,
    origin: dict[str, Any] | None = None,
) -> CreatedJob:
    """Insert a job and its first tasks, in one statement, which may be all of a transaction.
    `spec` is the preset as it stands now, so that later changes don't reach it. `reuse`: whether it
    may take over what earlier jobs made of the same source; `edits`: a `vidmill.edits.Edits` as
    JSON; `api_key_id`: the key it is posted with; `origin`: where its source is to be fetched from
    first. Takes one from the owner's jobs of the day. Raises `NotFound`, `QuotaExceeded`."""
    job_id = new_id()
    values: dict[str, Any] = {
        "id": job_id,
        "owner_id": owner_id,
        "video_id": video_id,
        "priority": priority,
        "preset": preset,
        "spec": Jsonb(spec),
        "metadata": Jsonb(metadata),
        "filename": filename,
        "reuse": reuse,
        "edits": None if edits is None else Jsonb(edits),
        "api_key_id": api_key_id,
        "jobs_per_day": quotas.jobs_per_day,
        "plan_id": new_id(),
        "fetch_id": new_id(),
        "origin": None if origin is None else Jsonb(origin),
        "max_attempts": max_attempts,
    }
    try:
        job, tasks = await _insert(conn, values)
    except psycopg.errors.ForeignKeyViolation as error:
        # The video was deleted since it was looked at.
        raise NotFound from error
    if job is None:
        raise QuotaExceeded((await fetch_quotas_in(conn, owner_id, quotas))[0])
    [first] = [task for task in tasks if task.status == TaskStatus.QUEUED]
    queued = QueuedTask(first.id, job_id, owner_id, priority, TaskKind(first.kind))
    return CreatedJob(job, tasks, queued)


async def _insert(conn: Connection, values: dict[str, Any]) -> tuple[Job | None, list[Task]]:
    async with (
        conn.pipeline(),
        conn.cursor(row_factory=class_row(Job)) as jobs,
        conn.cursor(row_factory=class_row(Task)) as tasks,
    ):
        await jobs.execute(SQL["insert_job"], values)
        await tasks.execute(TASKS_SQL["fetch_tasks"], {"job_ids": [values["id"]]})
        return await jobs.fetchone(), await tasks.fetchall()


async def save_plan(
    db: Database, lease: Lease, *, source: dict[str, Any], encode_plan: dict[str, Any]
) -> None:
    """Store what was found out about the source and how it will be encoded. Raises `LeaseLost`."""
    async with db.connection() as conn:
        cursor = await conn.execute(
            SQL["save_plan"],
            {
                "job_id": lease.job_id,
                "task_id": lease.task_id,
                "attempt": lease.attempt,
                "worker_id": lease.worker_id,
                "source": Jsonb(source),
                "encode_plan": Jsonb(encode_plan),
            },
        )
    if cursor.rowcount == 0:
        raise LeaseLost


async def cancel_job(db: Database, job_id: UUID, *, purge_after_seconds: float) -> None:
    """Cancel an active job: its tasks lose their leases (their workers stop FFmpeg at the next
    heartbeat) and its partial output is removed `purge_after_seconds` from now, when no stopped
    worker can still be writing. Raises `NotFound`, `JobFinished`."""
    async with db.transaction() as conn:
        status = await lock_job(conn, job_id)
        if status not in ACTIVE:
            raise JobFinished(f"The job is already {status}, so there is nothing left to cancel.")
        await conn.execute(SQL["cancel_job"], {"job_id": job_id})
        await conn.execute(TASKS_SQL["stop_tasks"], {"job_id": job_id})
        await conn.execute(SQL["delete_outputs"], {"job_id": job_id})
        await forget_growth(conn, job_id)
        await purges.request_purge(conn, job_prefix(job_id), after_seconds=purge_after_seconds)


async def retry_job(db: Database, job_id: UUID, *, max_attempts: int) -> list[QueuedTask]:
    """Queue a failed or cancelled job again. A failed one keeps its completed tasks; a cancelled
    one starts over, for its output was removed. Returns the tasks to push; raises `NotFound`,
    `JobNotRetryable`."""
    async with db.transaction() as conn:
        status = await lock_job(conn, job_id)
        if status not in RETRYABLE:
            raise JobNotRetryable(
                f"The job is {status}; only a failed or cancelled job can be retried."
            )
        await conn.execute(SQL["requeue_job"], {"job_id": job_id})
        await conn.execute(SQL["retry_dead_letters"], {"job_id": job_id})
        if status is JobStatus.CANCELLED:
            await purges.withdraw_purge(conn, job_prefix(job_id))
            await conn.execute(SQL["delete_tasks"], {"job_id": job_id})
        await conn.execute(SQL["requeue_tasks"], {"job_id": job_id, "max_attempts": max_attempts})
        if status is JobStatus.CANCELLED:
            return await _insert_plan(conn, job_id, {}, max_attempts)
        return await unblock_tasks(conn, job_id)


async def start_over(
    db: Database, lease: Lease, params: dict[str, Any], *, after_seconds: float, max_attempts: int
) -> None:
    """Forget what was planned and made of a running job, and plan it anew with these `params`.

    That begins `after_seconds` from now, when no worker that has lost its task this way can still
    be writing; the reaper pushes it then. Raises `LeaseLost`, also for a job that has ended.
    """
    async with db.transaction() as conn:
        if await lock_job(conn, lease.job_id) not in ACTIVE:
            raise LeaseLost("The job has ended; what it made is not to be made again.")
        fence = {
            "task_id": lease.task_id,
            "attempt": lease.attempt,
            "worker_id": lease.worker_id,
        }
        if await (await conn.execute(SQL["hold_lease"], fence)).fetchone() is None:
            raise LeaseLost
        await forget_growth(conn, lease.job_id)
        await conn.execute(SQL["delete_tasks"], {"job_id": lease.job_id})
        await conn.execute(SQL["forget_plan"], {"job_id": lease.job_id})
        await _insert_plan(conn, lease.job_id, params, max_attempts)
        await conn.execute(
            SQL["delay_tasks"], {"job_id": lease.job_id, "after_seconds": after_seconds}
        )


async def delete_job(db: Database, job_id: UUID, *, delete_files: bool) -> None:
    """Remove an ended job's rows and, by the reaper, its output files; files that are kept go on
    counting as stored. Raises `NotFound`, `JobActive`."""
    async with db.transaction() as conn:
        status = await lock_job(conn, job_id)
        if status in ACTIVE:
            raise JobActive(f"The job is {status}. Cancel it first, then delete it.")
        if not delete_files:
            await conn.execute(SQL["keep_stored"], {"job_id": job_id})
        deleted = await (await conn.execute(SQL["delete_job"], {"job_id": job_id})).fetchone()
        assert deleted is not None, "its row is locked"
        await forget_unfetched(conn, deleted[0])
        if delete_files:
            await purges.request_purge(conn, job_prefix(job_id), after_seconds=0)


async def publish_job(
    db: Database,
    lease: Lease,
    result: dict[str, Any],
    *,
    renditions: Sequence[Rendition],
    assets: Sequence[Asset],
    notes: Sequence[str] = (),
    cpu_seconds: float,
    sound_bytes: int = 0,
    reuse_keys: Mapping[str, bytes] = MappingProxyType({}),
) -> None:
    """Complete the package task, list the outputs, offer its tracks (name to key) to later jobs and
    complete the job, all in one transaction: a job is published once or not at all. `notes` are
    added to those of its plan; `sound_bytes`: of segments of sound, which are in neither list.
    Raises `LeaseLost`."""
    async with db.transaction() as conn:
        done = await complete_in(conn, [Completion(lease, result, cpu_seconds)])
        if not done.stored:
            raise LeaseLost
        await conn.execute(SQL["delete_outputs"], {"job_id": lease.job_id})
        for rendition in renditions:
            await conn.execute(SQL["insert_rendition"], asdict(rendition))
        for asset in assets:
            await conn.execute(SQL["insert_asset"], asdict(asset))
        await store_tracks(conn, lease.job_id, reuse_keys)
        cursor = await conn.execute(
            SQL["complete_job"], {"job_id": lease.job_id, "notes": Jsonb(list(notes))}
        )
        if cursor.rowcount == 0:
            raise LeaseLost("The job ended in another way while it was being packaged.")
        await conn.execute(
            SQL["record_outputs"], {"job_id": lease.job_id, "sound_bytes": sound_bytes}
        )
        await forget_growth(conn, lease.job_id)


async def lock_job(conn: Connection, job_id: UUID) -> JobStatus:
    """Hold the job's row until the transaction ends; returns its status. Raises `NotFound`."""
    row = await (await conn.execute(SQL["lock_job"], {"job_id": job_id})).fetchone()
    if row is None:
        raise NotFound
    return JobStatus(row[0])


async def _insert_plan(
    conn: Connection, job_id: UUID, params: dict[str, Any], max_attempts: int
) -> list[QueuedTask]:
    task_id = new_id()
    await conn.execute(
        TASKS_SQL["insert_task"],
        {
            "id": task_id,
            "job_id": job_id,
            "kind": TaskKind.PLAN,
            "ordinal": 0,
            "params": Jsonb(params),
            "max_attempts": max_attempts,
        },
    )
    await conn.execute(
        TASKS_SQL["insert_dependencies"],
        {"task_id": task_id, "job_id": job_id, "kinds": [TaskKind.FETCH.value]},
    )
    return await unblock_tasks(conn, job_id)


async def unblock_tasks(conn: Connection, job_id: UUID) -> list[QueuedTask]:
    """Queue the blocked tasks of a job that wait for no other, in the order they should be taken;
    the caller holds the job's row."""
    async with conn.cursor(row_factory=class_row(QueuedTask)) as cursor:
        await cursor.execute(TASKS_SQL["unblock_tasks"], {"job_id": job_id})
        return await cursor.fetchall()
