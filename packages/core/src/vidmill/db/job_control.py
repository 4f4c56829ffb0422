"""What an owner does to a job under way: another priority, a pause. Each is one transaction that
holds the job's row first, as every change of a job does; so claims, completions and failures of its
tasks come before it or after it, never in between."""

from __future__ import annotations

from uuid import UUID

from psycopg.rows import class_row

from vidmill.db.jobs import lock_job, unblock_tasks
from vidmill.db.pool import Connection, Database
from vidmill.db.queries import load_queries
from vidmill.errors import JobFinished
from vidmill.jobs import ACTIVE, JobStatus
from vidmill.tasks import Lease, QueuedTask

SQL = load_queries("job_control.sql")


async def set_priority(db: Database, job_id: UUID, priority: int) -> list[QueuedTask]:
    """Give a job another priority (0 to 10), and every task of it, those still to be made
    included. Returns its queued tasks, to be pushed at that priority. Raises `NotFound`,
    `JobFinished`."""
    async with db.transaction() as conn:
        await _lock_active(conn, job_id, "its priority no longer matters")
        values = {"job_id": job_id, "priority": priority}
        changed = (await conn.execute(SQL["set_job_priority"], values)).rowcount
        await conn.execute(SQL["set_task_priorities"], values)
        return await _queued(conn, job_id) if changed else []


async def pause_job(db: Database, job_id: UUID, *, lease_seconds: float) -> bool:
    """Hold an active job: what is finished is kept, what runs loses its lease (its worker stops
    FFmpeg at the next heartbeat) and begins anew on resumption. False if it was paused already.
    Raises `NotFound`, `JobFinished`."""
    async with db.transaction() as conn:
        status = await _lock_active(conn, job_id, "there is nothing left to pause")
        if status is JobStatus.PAUSED:
            return False
        await conn.execute(SQL["pause_job"], {"job_id": job_id})
        await conn.execute(SQL["hold_tasks"], {"job_id": job_id, "lease_seconds": lease_seconds})
    return True


async def resume_job(db: Database, job_id: UUID) -> list[QueuedTask]:
    """Go on with a paused job. Returns the tasks to push, none if it was not paused. Raises
    `NotFound`, `JobFinished`."""
    async with db.transaction() as conn:
        status = await _lock_active(conn, job_id, "there is nothing left to resume")
        if status is not JobStatus.PAUSED:
            return []
        await conn.execute(SQL["resume_job"], {"job_id": job_id})
        return await unblock_tasks(conn, job_id)


async def let_go(db: Database, lease: Lease) -> list[QueuedTask]:
    """A worker that lost this lease says that it has stopped: the task of a job that was paused
    need not wait until the lease would have run out. Returns it, to be pushed, if it is queued."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(QueuedTask)) as cursor:
        await cursor.execute(SQL["let_go"], {"task_id": lease.task_id, "attempt": lease.attempt})
        return await cursor.fetchall()


async def _lock_active(conn: Connection, job_id: UUID, so: str) -> JobStatus:
    status = await lock_job(conn, job_id)
    if status not in ACTIVE:
        raise JobFinished(f"The job is already {status}, so {so}.")
    return status


async def _queued(conn: Connection, job_id: UUID) -> list[QueuedTask]:
    async with conn.cursor(row_factory=class_row(QueuedTask)) as cursor:
        await cursor.execute(SQL["fetch_queued"], {"job_id": job_id})
        return await cursor.fetchall()
