"""Completion of tasks: results are stored and dependents queued, many at once where many end at
once. A commit costs the same for one task and for eight.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from vidmill.db.pool import Connection, Database
from vidmill.db.queries import load_queries
from vidmill.errors import LeaseLost
from vidmill.tasks import Lease, QueuedTask

SQL = load_queries("tasks.sql")


@dataclass(frozen=True, slots=True)
class Completion:
    """A task that is done: its result and the CPU time of FFmpeg, in seconds. One that is skipped
    says in its result why (`skipped_because`)."""

    lease: Lease
    result: dict[str, Any]
    cpu_seconds: float = 0.0
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Completed:
    """What a statement stored: the tasks whose lease held, and those that are queued by it."""

    stored: set[UUID]
    queued: list[QueuedTask]


async def complete_in(conn: Connection, completions: Sequence[Completion]) -> Completed:
    """Store completions of one worker in one statement; those whose lease is gone change nothing
    and are missing from the answer."""
    leases = [completion.lease for completion in completions]
    cursor = await conn.execute(
        SQL["complete_tasks"],
        {
            "job_ids": [lease.job_id for lease in leases],
            "task_ids": [lease.task_id for lease in leases],
            "attempts": [lease.attempt for lease in leases],
            "worker_id": leases[0].worker_id,
            "results": [Jsonb(completion.result) for completion in completions],
            "cpu_seconds": [completion.cpu_seconds for completion in completions],
            "skips": [completion.skipped for completion in completions],
        },
    )
    done = Completed(set(), [])
    for stored, *queued in await cursor.fetchall():
        if stored is not None:
            done.stored.add(stored)
        else:
            done.queued.append(QueuedTask(*queued))
    return done


@dataclass(slots=True)
class _Waiting:
    completion: Completion
    stored: asyncio.Future[list[QueuedTask]] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Completions:
    """One worker's completions: what ends while a statement is under way shares the next."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: list[_Waiting] = []
        self._storing: asyncio.Task[None] | None = None

    async def store(self, completion: Completion) -> list[QueuedTask]:
        """Store a completion. Returns tasks to push, of this job or of another that was stored with
        it. Raises `LeaseLost`, `DatabaseDown`."""
        waiting = _Waiting(completion)
        self._waiting.append(waiting)
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store_waiting())
        return await waiting.stored

    async def _store_waiting(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            await self._store(batch)

    async def _store(self, batch: list[_Waiting]) -> None:
        try:
            async with self._db.connection() as conn:
                done = await complete_in(conn, [waiting.completion for waiting in batch])
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            if len(batch) == 1:
                _end(batch[0], error)
                return
            # One result that cannot be stored must not fail the others.
            for waiting in batch:
                await self._store([waiting])
        except Exception as error:  # noqa: BLE001  # whoever waits for it gets it
            for waiting in batch:
                _end(waiting, error)
        else:
            queued = done.queued
            for waiting in batch:
                if waiting.completion.lease.task_id not in done.stored:
                    _end(waiting, LeaseLost())
                elif _end(waiting, queued):
                    queued = []  # Whoever is told first pushes for all.


def _end(waiting: _Waiting, outcome: list[QueuedTask] | Exception) -> bool:
    """Tell who waits; False where nobody does, for the task was cancelled meanwhile."""
    if waiting.stored.done():
        return False
    if isinstance(outcome, Exception):
        waiting.stored.set_exception(outcome)
    else:
        waiting.stored.set_result(outcome)
    return True
