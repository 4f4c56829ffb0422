"""Figures of the whole system, or of what one account has of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import class_row

from vidmill.db.job_reads import count_dead_letters
from vidmill.db.pool import Database
from vidmill.db.queries import load_queries

SQL = load_queries("figures.sql")


@dataclass(frozen=True, slots=True)
class Averages:
    """Of jobs that ended lately, in seconds; None where none did."""

    wait_seconds: float | None
    """From a job's post to its first task."""
    process_seconds: float | None
    """From there to its completion."""


@dataclass(frozen=True, slots=True)
class PriorityDepth:
    """What of one priority is queued."""

    priority: int
    waiting: int
    """Tasks that a worker may take now."""
    delayed: int
    """Tasks whose next attempt is not due yet."""
    oldest_wait_seconds: float
    """Of those waiting."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What there is in all; today is the last 24 hours."""

    users: int
    active_users: int
    videos: int
    video_bytes: int
    completed_today: int
    failed_today: int


async def fetch_averages(db: Database, *, owner_id: UUID | None = None) -> Averages:
    """How long jobs waited and took; of one owner or of all."""
    name = "averages" if owner_id is None else "averages_of_owner"
    async with db.connection() as conn, conn.cursor(row_factory=class_row(Averages)) as cursor:
        await cursor.execute(SQL[name], {"owner_id": owner_id})
        return await cursor.fetchone() or Averages(None, None)


async def fetch_queue(db: Database) -> list[PriorityDepth]:
    """Queued tasks as PostgreSQL knows them, whatever Redis holds; priorities without are missing,
    the most urgent comes first."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(PriorityDepth)) as cursor:
        await cursor.execute(SQL["queue_by_priority"])
        return await cursor.fetchall()


async def count_dead_letters_of(db: Database, owner_id: UUID | None) -> int:
    """Dead letters that nobody has retried; of one owner or of all."""
    if owner_id is None:
        return await count_dead_letters(db)
    async with db.connection() as conn:
        row = await (
            await conn.execute(SQL["dead_letters_of_owner"], {"owner_id": owner_id})
        ).fetchone()
        return int(row[0]) if row else 0


async def fetch_installation(db: Database) -> Installation:
    """What there is in all."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(Installation)) as cursor:
        await cursor.execute(SQL["installation"])
        found = await cursor.fetchone()
    assert found is not None, "counts are always there"
    return found
