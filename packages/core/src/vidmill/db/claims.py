"""The claim: what turns a message into a right to work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from psycopg.rows import class_row

from vidmill.db.pool import Database
from vidmill.db.queries import load_queries
from vidmill.jobs import Job
from vidmill.tasks import QueuedTask, Task

SQL = load_queries("tasks.sql")

_TASK_FIELDS = [field.name for field in fields(Task)]
_JOB_FIELDS = [field.name for field in fields(Job)]


@dataclass(frozen=True, slots=True)
class Claim:
    """A task that is now running under a lease of its worker, and its job, which has begun."""

    task: Task
    job: Job


async def claim_tasks(
    db: Database,
    task_ids: Sequence[UUID],
    *,
    worker_id: str,
    lease_seconds: float,
    owner_limit: int | None = None,
) -> list[Claim]:
    """Claim those of the tasks that are queued and whose time has come; messages that were stale
    or duplicates claim nothing. `owner_limit`: how many tasks of an owner may run at a time; what
    would be more is left queued (`refused_tasks`)."""
    async with db.connection() as conn:
        cursor = await conn.execute(
            SQL["claim_tasks"],
            {
                "task_ids": list(task_ids),
                "worker_id": worker_id,
                "lease_seconds": lease_seconds,
                "owner_limit": owner_limit,
            },
        )
        return [_claim(row) for row in await cursor.fetchall()]


async def refused_tasks(
    db: Database, task_ids: Sequence[UUID], *, owner_limit: int
) -> list[QueuedTask]:
    """Of tasks not claimed, those whose owners run as many as they may; the last first."""
    values = {"task_ids": list(task_ids), "owner_limit": owner_limit}
    async with db.connection() as conn, conn.cursor(row_factory=class_row(QueuedTask)) as cursor:
        await cursor.execute(SQL["refused_tasks"], values)
        return await cursor.fetchall()


async def owners_below(db: Database, owner_ids: Sequence[UUID], *, owner_limit: int) -> list[UUID]:
    """Which of the owners run fewer tasks than they may."""
    values = {"owner_ids": list(owner_ids), "owner_limit": owner_limit}
    async with db.connection() as conn:
        rows = await (await conn.execute(SQL["owners_below"], values)).fetchall()
    return [row[0] for row in rows]


async def claim_task(
    db: Database, task_id: UUID, *, worker_id: str, lease_seconds: float
) -> Claim | None:
    """`claim_tasks` for one."""
    claims = await claim_tasks(db, [task_id], worker_id=worker_id, lease_seconds=lease_seconds)
    return claims[0] if claims else None


def _claim(row: tuple[Any, ...]) -> Claim:
    task = Task(**dict(zip(_TASK_FIELDS, row, strict=False)))
    return Claim(task, Job(**dict(zip(_JOB_FIELDS, row[len(_TASK_FIELDS) :], strict=True))))
