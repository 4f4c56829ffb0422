"""Figures of the whole system, or of what one account has of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import ceil
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
    stored_bytes: int
    """Sources, outputs of completed jobs, and what pending uploads have asked for."""
    completed_today: int
    failed_today: int


class Bucket(StrEnum):
    """How finely a series is cut, in UTC."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"

    @property
    def length(self) -> timedelta:
        """Of one."""
        return timedelta(**{f"{self}s": 1})

    def start(self, moment: datetime) -> datetime:
        """When the bucket of a moment begins."""
        minute = moment.astimezone(UTC).replace(second=0, microsecond=0)
        if self is Bucket.MINUTE:
            return minute
        return minute.replace(minute=0) if self is Bucket.HOUR else minute.replace(minute=0, hour=0)


@dataclass(frozen=True, slots=True)
class Throughput:
    """Jobs that ended in one bucket, and what those that completed made."""

    start: datetime
    completed: int = 0
    failed: int = 0
    video_seconds: float = 0.0
    """Of their sources."""
    output_bytes: int = 0
    """Of their renditions' segments."""


async def fetch_throughput(
    db: Database, bucket: Bucket, *, since: datetime, until: datetime, owner_id: UUID | None
) -> list[Throughput]:
    """One entry a bucket that begins before `until`, from that of `since` on, those without jobs
    too; of one owner or of all."""
    begin = bucket.start(since)
    values = {"bucket": bucket, "since": begin, "until": until, "owner_id": owner_id}
    name = "throughput" if owner_id is None else "throughput_of_owner"
    async with db.connection() as conn, conn.cursor(row_factory=class_row(Throughput)) as cursor:
        await cursor.execute(SQL[name], values)
        found = {one.start: one for one in await cursor.fetchall()}
    count = max(0, ceil((until - begin) / bucket.length))
    starts = (begin + number * bucket.length for number in range(count))
    return [found.get(start) or Throughput(start) for start in starts]


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
