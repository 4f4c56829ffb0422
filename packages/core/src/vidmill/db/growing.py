"""What a job's playlists may name while it is being made.

Running tasks save what they have finished; whoever saves then tries to make the playlists longer,
one at a time for each job. A lock of PostgreSQL's is held meanwhile, not the job's row: others
complete tasks beside it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from vidmill.db.pool import Connection, Database
from vidmill.db.queries import load_queries
from vidmill.errors import LeaseLost
from vidmill.tasks import Lease, TaskKind

SQL = load_queries("growing.sql")


@dataclass(frozen=True, slots=True)
class ResultSoFar:
    """What there is of a video or audio task: its result, or the part that was saved."""

    kind: TaskKind
    ordinal: int
    complete: bool
    result: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Growth:
    """Segments that a job's playlists name."""

    video: int
    audio: int


async def save_partial(db: Database, lease: Lease, result: dict[str, Any]) -> None:
    """Store what a running task has verified and stored so far. Raises `LeaseLost`."""
    async with db.connection() as conn:
        cursor = await conn.execute(
            SQL["save_partial"],
            {
                "task_id": lease.task_id,
                "attempt": lease.attempt,
                "worker_id": lease.worker_id,
                "result": Jsonb(result),
            },
        )
    if cursor.rowcount == 0:
        raise LeaseLost


@asynccontextmanager
async def playlists(db: Database, job_id: UUID) -> AsyncGenerator[Connection]:
    """Nobody else writes the job's playlists until the context is left; waits for whoever does.
    What is read through the connection is what they left. Raises `DatabaseDown`."""
    async with db.transaction() as conn:
        await conn.execute(SQL["lock_playlists"], {"job_id": job_id})
        yield conn


async def results_so_far(conn: Connection, job_id: UUID) -> Sequence[ResultSoFar]:
    """Every video and audio task of a job, by kind and ordinal."""
    async with conn.cursor(row_factory=class_row(ResultSoFar)) as cursor:
        await cursor.execute(SQL["fetch_results"], {"job_id": job_id})
        return await cursor.fetchall()


async def growth(conn: Connection, job_id: UUID) -> Growth:
    """What the job's playlists name by now."""
    row = await (await conn.execute(SQL["fetch_growth"], {"job_id": job_id})).fetchone()
    return Growth(*row) if row else Growth(0, 0)


async def save_growth(conn: Connection, job_id: UUID, now: Growth) -> None:
    """Note what the playlists name, and that the job can be played; nothing is noted of a job that
    has ended."""
    await conn.execute(
        SQL["save_growth"], {"job_id": job_id, "video": now.video, "audio": now.audio}
    )


async def forget_growth(conn: Connection, job_id: UUID) -> None:
    """Remove what was noted of a job: it is complete, or its output is to be removed."""
    await conn.execute(SQL["forget_growth"], {"job_id": job_id})
