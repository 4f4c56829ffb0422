"""Reads of tasks; batched by job id, so that lists need no N+1."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from psycopg.rows import class_row

from vidmill.db.pool import Database
from vidmill.db.queries import load_queries
from vidmill.tasks import QueuedTask, Task, TaskKind

SQL = load_queries("tasks.sql")


async def queued_tasks(
    db: Database, *, older_than_seconds: float, limit: int = 100_000
) -> list[QueuedTask]:
    """Tasks that could have been claimed for that long, in the order they should be."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(QueuedTask)) as cursor:
        await cursor.execute(
            SQL["queued_tasks"], {"older_than_seconds": older_than_seconds, "limit": limit}
        )
        return await cursor.fetchall()


async def fetch_tasks(db: Database, job_ids: Iterable[UUID]) -> list[Task]:
    """All tasks of some jobs, ordered by job, kind and ordinal."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(Task)) as cursor:
        await cursor.execute(SQL["fetch_tasks"], {"job_ids": list(job_ids)})
        return await cursor.fetchall()


async def fetch_dependencies(db: Database, task_ids: Iterable[UUID]) -> dict[UUID, list[TaskKind]]:
    """The kinds of task that some tasks wait for, by id; those that wait for none are left out."""
    async with db.connection() as conn:
        cursor = await conn.execute(SQL["fetch_dependencies"], {"task_ids": list(task_ids)})
        return {
            task_id: [TaskKind(kind) for kind in kinds]
            for task_id, kinds in await cursor.fetchall()
        }


async def count_queued(db: Database) -> int:
    """How many tasks wait to be claimed, retries that are not due included."""
    async with db.connection() as conn:
        row = await (await conn.execute(SQL["count_queued"])).fetchone()
        return int(row[0]) if row else 0
