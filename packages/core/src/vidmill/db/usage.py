"""What was used, in PostgreSQL: entries as they come, and their sums. Triggers on jobs and tasks
write most entries (see migration 0121), in the transaction that they are about."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import date
from typing import Any, cast
from uuid import UUID

import orjson
from psycopg.rows import dict_row

from vidmill.db.pages import Page
from vidmill.db.pool import Database
from vidmill.db.queries import load_queries
from vidmill.errors import InvalidCursor
from vidmill.ledger import Usage

SQL = load_queries("usage.sql")

#: Entries that are added up in one transaction.
_FOLDED_AT_ONCE = 20_000
_NO_KEY = UUID(int=0)

Counts = Mapping[tuple[UUID, UUID | None, date], int]
"""Requests by owner, key and day."""


async def count_requests(db: Database, counts: Counts) -> None:
    """Add to the requests of owners, keys and days."""
    columns = list(zip(*counts, strict=True))
    async with db.connection() as conn:
        await conn.execute(
            SQL["count_requests"],
            {
                "owner_ids": list(columns[0]),
                "api_key_ids": list(columns[1]),
                "days": list(columns[2]),
                "requests": list(counts.values()),
            },
        )


async def fold_usage(db: Database) -> int:
    """Add entries up, those of the longest ago first; returns how many. Nothing that is read
    changes by it. Of two at once, one does nothing."""
    async with db.transaction() as conn:
        row = await (await conn.execute(SQL["hold_folding"])).fetchone()
        if row is None or not row[0]:
            return 0
        folded = await conn.execute(SQL["fold_usage"], {"limit": _FOLDED_AT_ONCE})
        row = await folded.fetchone()
        return int(row[0]) if row else 0


async def list_usage(
    db: Database,
    *,
    owner_id: UUID | None,
    first: date,
    last: date,
    limit: int,
    cursor: str | None,
) -> Page[Usage]:
    """One keyset page of what was used from the first to the last day, the newest first, of one
    owner or of all. Raises `InvalidCursor`."""
    after = _decoded(cursor) if cursor is not None else (None, None, None)
    async with db.connection() as conn, conn.cursor(row_factory=dict_row) as rows:
        await rows.execute(
            SQL["list_usage"],
            {
                "owner_id": owner_id,
                "first": first,
                "last": last,
                "after_day": after[0],
                "after_owner": after[1],
                "after_key": after[2],
                "limit": limit + 1,
            },
        )
        found = await rows.fetchall()
    totals = [row.pop("total") for row in found]
    items = [Usage(**row) for row in found[:limit]]
    more = len(found) > limit
    return Page(items, _encoded(items[-1]) if more else None, totals[0] if totals else 0)


def _encoded(row: Usage) -> str:
    packed = orjson.dumps([row.day, row.owner_id, row.api_key_id or _NO_KEY])
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def _decoded(cursor: str) -> tuple[date, UUID, UUID]:
    try:
        decoded: Any = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        day, owner_id, key_id = cast("list[str]", decoded)
        return date.fromisoformat(day), UUID(owner_id), UUID(key_id)
    except (binascii.Error, ValueError, TypeError, AttributeError) as error:
        raise InvalidCursor from error
