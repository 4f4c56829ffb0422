"""The claim: what turns a message into a right to work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from vidmill.db.pool import Database
from vidmill.db.queries import load_queries
from vidmill.jobs import Job
from vidmill.tasks import Task

SQL = load_queries("tasks.sql")

_TASK_FIELDS = [field.name for field in fields(Task)]
_JOB_FIELDS = [field.name for field in fields(Job)]


@dataclass(frozen=True, slots=True)
class Claim:
    """A task that is now running under a lease of its worker, and its job, which has begun."""

    task: Task
    job: Job


async def claim_tasks(
    db: Database, task_ids: Sequence[UUID], *, worker_id: str, lease_seconds: float
) -> list[Claim]:
    """Claim those of the tasks that are queued and whose time has come; messages that were stale
    or duplicates claim nothing."""
    async with db.connection() as conn:
        cursor = await conn.execute(
            SQL["claim_tasks"],
            {"task_ids": list(task_ids), "worker_id": worker_id, "lease_seconds": lease_seconds},
        )
        return [_claim(row) for row in await cursor.fetchall()]


async def claim_task(
    db: Database, task_id: UUID, *, worker_id: str, lease_seconds: float
) -> Claim | None:
    """`claim_tasks` for one."""
    claims = await claim_tasks(db, [task_id], worker_id=worker_id, lease_seconds=lease_seconds)
    return claims[0] if claims else None


def _claim(row: tuple[Any, ...]) -> Claim:
    task = Task(**dict(zip(_TASK_FIELDS, row, strict=False)))
    return Claim(task, Job(**dict(zip(_JOB_FIELDS, row[len(_TASK_FIELDS) :], strict=True))))
