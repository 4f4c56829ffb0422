"""Verifications in PostgreSQL: a task of a completed job, one at a time. Nothing that becomes of it
changes the job."""

from __future__ import annotations

from uuid import UUID

from psycopg.rows import class_row

from vidmill.db.jobs import lock_job
from vidmill.db.pool import Database
from vidmill.db.queries import load_queries
from vidmill.errors import JobNotCompleted, NotFound
from vidmill.ids import new_id
from vidmill.jobs import JobStatus
from vidmill.tasks import QueuedTask

SQL = load_queries("verifications.sql")


async def request_verification(db: Database, job_id: UUID, *, max_attempts: int) -> QueuedTask:
    """The verification of a completed job that is queued or running, or else a new one in place of
    the last. Returns the task to push, where it may be already; raises `NotFound`,
    `JobNotCompleted`."""
    async with db.transaction() as conn, conn.cursor(row_factory=class_row(QueuedTask)) as cursor:
        status = await lock_job(conn, job_id)
        if status is not JobStatus.COMPLETED:
            raise JobNotCompleted(
                f"The job is {status}; only what a completed job has published can be verified."
            )
        ids = {"job_id": job_id}
        await cursor.execute(SQL["fetch_open_verification"], ids)
        if (under_way := await cursor.fetchone()) is not None:
            return under_way
        await conn.execute(SQL["close_dead_letters"], ids)
        await conn.execute(SQL["delete_verification"], ids)
        await cursor.execute(
            SQL["insert_verification"], {**ids, "id": new_id(), "max_attempts": max_attempts}
        )
        queued = await cursor.fetchone()
    if queued is None:
        raise NotFound
    return queued
