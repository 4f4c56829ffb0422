"""Quotas in PostgreSQL. Of jobs: `jobs.create_job` takes one from the day's in the statement that
makes the job. Of bytes: whoever asks for room calls `require_room` in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from vidmill.db.pool import Connection, Database
from vidmill.db.queries import load_queries
from vidmill.errors import NotFound
from vidmill.quotas import (
    NO_LIMIT,
    Quota,
    QuotaDefaults,
    QuotaExceeded,
    QuotaName,
    next_midnight,
)

SQL = load_queries("quotas.sql")


async def fetch_quotas(db: Database, owner_id: UUID, defaults: QuotaDefaults) -> list[Quota]:
    """Where an account stands with each. Raises `NotFound`."""
    async with db.connection() as conn:
        return await fetch_quotas_in(conn, owner_id, defaults)


async def fetch_quotas_in(conn: Connection, owner_id: UUID, defaults: QuotaDefaults) -> list[Quota]:
    """`fetch_quotas` inside the caller's connection."""
    found = await _quotas_of(conn, [owner_id], defaults)
    if owner_id not in found:
        raise NotFound
    return found[owner_id]


async def fetch_quotas_of(
    db: Database, owner_ids: Sequence[UUID], defaults: QuotaDefaults
) -> dict[UUID, list[Quota]]:
    """`fetch_quotas` of many accounts at once; those that are not there are missing."""
    async with db.connection() as conn:
        return await _quotas_of(conn, owner_ids, defaults)


async def _quotas_of(
    conn: Connection, owner_ids: Sequence[UUID], defaults: QuotaDefaults
) -> dict[UUID, list[Quota]]:
    cursor = await conn.execute(
        SQL["limits"],
        {
            "owner_ids": list(owner_ids),
            "jobs_per_day": defaults.jobs_per_day,
            "stored_bytes": defaults.stored_bytes,
        },
    )
    resets_at = next_midnight(datetime.now(UTC))
    return {
        owner_id: [
            Quota(QuotaName.JOBS_PER_DAY, _limit(jobs), int(jobs_used), resets_at),
            Quota(QuotaName.STORED_BYTES, _limit(stored), int(stored_used), None),
        ]
        for owner_id, jobs, stored, jobs_used, stored_used in await cursor.fetchall()
    }


async def require_room(
    conn: Connection, owner_id: UUID, defaults: QuotaDefaults, *, wanted: int
) -> None:
    """See that an account has room for that many bytes more, before they are written down: whoever
    else asks for room waits until the caller's transaction ends. Raises `QuotaExceeded`."""
    _, stored = await fetch_quotas_in(conn, owner_id, defaults)
    if stored.limit is None:
        return
    await conn.execute(SQL["hold_stored"], {"owner_id": owner_id})
    # Only a statement that begins after the wait sees what the others have taken.
    _, stored = await fetch_quotas_in(conn, owner_id, defaults)
    if stored.limit is not None and stored.used + wanted > stored.limit:
        raise QuotaExceeded(stored, wanted=wanted)


def _limit(stored: int) -> int | None:
    return None if stored == NO_LIMIT else int(stored)
