"""What administrators do to many jobs at once, batch by batch: each job in a transaction of its
own, so that none waits for all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.rows import class_row

from vidmill.db import jobs
from vidmill.db.pages import Order, Page, fetch_page
from vidmill.db.pool import Database
from vidmill.db.queries import load_queries
from vidmill.errors import JobActive, JobNotRetryable, NotFound
from vidmill.tasks import QueuedTask

SQL = load_queries("administration.sql")

#: Jobs that one request changes at most: some seconds of work.
MAX_BATCH = 500

NEWEST_FIRST = Order("d", ("created_at",), descending=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A task whose attempts are spent, that nobody has retried yet."""

    id: UUID
    job_id: UUID
    owner_id: UUID
    filename: str
    kind: str
    attempts: int
    error_code: str
    error_message: str
    error_log: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedJobs:
    """Which failed jobs; None leaves a field out."""

    error_code: str | None = None
    owner_id: UUID | None = None
    failed_from: datetime | None = None
    failed_to: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What came of a batch: jobs changed, jobs that somebody else was quicker with, and how many of
    the same kind are left."""

    changed: dict[UUID, UUID]
    """Jobs and their owners."""
    skipped: int
    remaining: int


async def restart_failed(
    db: Database, where: FailedJobs, *, limit: int, max_attempts: int
) -> tuple[Batch, list[QueuedTask]]:
    """Try failed jobs again, those that failed first first. Returns the tasks to push as well."""
    values = {
        "error_code": where.error_code,
        "owner_id": where.owner_id,
        "failed_from": where.failed_from,
        "failed_to": where.failed_to,
        "limit": limit,
    }
    queued: list[QueuedTask] = []

    async def retry(job_id: UUID) -> None:
        queued.extend(await jobs.retry_job(db, job_id, max_attempts=max_attempts))

    batch = await _for_each(db, "failed_jobs", "count_failed_jobs", values, retry)
    return batch, queued


async def delete_old(db: Database, *, older_than_days: int, limit: int) -> Batch:
    """Delete jobs that ended before that many days, with their files, the oldest first. A limit
    of 0 deletes none, and counts them."""

    async def delete(job_id: UUID) -> None:
        await jobs.delete_job(db, job_id, delete_files=True)

    values = {"days": older_than_days, "limit": limit}
    return await _for_each(db, "old_jobs", "count_old_jobs", values, delete)


async def list_dead_letters(
    db: Database, *, code: str | None, limit: int, cursor: str | None
) -> Page[DeadLetter]:
    """One keyset page, the newest first. Raises `InvalidCursor`."""
    conditions: list[tuple[sql.Composable, dict[str, Any]]] = [
        (sql.SQL("d.retried_at IS NULL"), {})
    ]
    if code is not None:
        conditions.append((sql.SQL("d.error_code = %(code)s"), {"code": code}))
    return await fetch_page(
        db,
        select=sql.SQL(
            "d.id, d.job_id, j.owner_id, j.filename, d.kind::text, d.attempts, d.error_code,"
            " d.error_message, d.error_log, d.created_at"
        ),
        source=sql.SQL("dead_letters d JOIN jobs j ON j.id = d.job_id"),
        counted=sql.SQL("dead_letters d"),
        conditions=conditions,
        order=NEWEST_FIRST,
        limit=limit,
        cursor=cursor,
        row_factory=class_row(DeadLetter),
    )


async def count_dead_letters_by_code(db: Database) -> dict[str, int]:
    """How many there are of each cause, the most frequent first."""
    async with db.connection() as conn:
        rows = await (await conn.execute(SQL["dead_letters_by_code"])).fetchall()
    return {str(code): int(count) for code, count in rows}


async def retry_dead_letters(
    db: Database, *, code: str | None, ids: Sequence[UUID] | None, limit: int, max_attempts: int
) -> tuple[Batch, list[QueuedTask]]:
    """Try the failed jobs of dead letters again, of one cause, of these ids or of all. Returns the
    tasks to push as well."""
    values = {"code": code, "ids": None if ids is None else list(ids), "limit": limit}
    queued: list[QueuedTask] = []

    async def retry(job_id: UUID) -> None:
        queued.extend(await jobs.retry_job(db, job_id, max_attempts=max_attempts))

    batch = await _for_each(db, "jobs_of_dead_letters", "count_jobs_of_dead_letters", values, retry)
    return batch, queued


async def delete_dead_letters(db: Database, *, code: str | None) -> int:
    """Forget dead letters; their jobs stay failed. Returns how many there were."""
    async with db.connection() as conn:
        return (await conn.execute(SQL["delete_dead_letters"], {"code": code})).rowcount


async def _for_each(
    db: Database,
    found: str,
    counted: str,
    values: dict[str, Any],
    change: Callable[[UUID], Awaitable[None]],
) -> Batch:
    async with db.connection() as conn:
        rows = await (await conn.execute(SQL[found], values)).fetchall()
    changed: dict[UUID, UUID] = {}
    for job_id, owner_id, *_ in rows:
        try:
            await change(job_id)
        except (JobActive, JobNotRetryable, NotFound):
            continue
        changed[job_id] = owner_id
    async with db.connection() as conn:
        row = await (await conn.execute(SQL[counted], values)).fetchone()
    return Batch(
        changed=changed,
        skipped=len(rows) - len(changed),
        remaining=int(row[0]) if row else 0,
    )
