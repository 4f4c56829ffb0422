"""Statistics of jobs: kept by triggers as changes, added up by the reaper, read as both together,
so that they are exact at any moment."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from psycopg.rows import class_row

from vidmill.db.pool import Connection, Database
from vidmill.db.queries import load_queries
from vidmill.job_statistics import DaySums
from vidmill.jobs import JobStatus

SQL = load_queries("job_statistics.sql")

#: Changes that are added up in one statement.
FOLDED_AT_ONCE = 20_000


async def fold_changes(db: Database) -> int:
    """Add up what has changed; returns how many changes that were. Others may do it meanwhile."""
    folded = 0
    while True:
        async with db.connection() as conn:
            cursor = await conn.execute(SQL["fold_changes"], {"limit": FOLDED_AT_ONCE})
            row = await cursor.fetchone()
        count = int(row[0]) if row else 0
        folded += count
        if count < FOLDED_AT_ONCE:
            return folded


async def fetch_days(
    db: Database, *, owner_id: UUID | None, first: date | None, last: date | None
) -> list[DaySums]:
    """The sums of each day on which jobs were posted, of one owner or of all, the last day first;
    both bounds belong to it."""
    values = {"owner_id": owner_id, "from": first, "to": last}
    async with db.connection() as conn, conn.cursor(row_factory=class_row(DaySums)) as cursor:
        await cursor.execute(SQL["fetch_days"], values)
        return await cursor.fetchall()


async def count_by_status(db: Database, *, owner_id: UUID | None = None) -> dict[JobStatus, int]:
    """How many jobs stand in each status, of one owner or of all."""
    async with db.connection() as conn:
        return await count_by_status_in(conn, owner_id=owner_id)


async def count_by_status_in(conn: Connection, *, owner_id: UUID | None) -> dict[JobStatus, int]:
    """`count_by_status` inside the caller's connection."""
    cursor = await conn.execute(SQL["count_by_status"], {"owner_id": owner_id})
    row = await cursor.fetchone()
    return dict(zip(JobStatus, map(int, row or ()), strict=True))
