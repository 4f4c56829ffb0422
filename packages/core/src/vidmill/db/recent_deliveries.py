"""The newest deliveries of several webhooks at once, for those who show them together."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from psycopg.rows import class_row

from vidmill.db.pool import Database
from vidmill.db.queries import load_queries
from vidmill.webhooks import Delivery

SQL = load_queries("recent_deliveries.sql")


async def fetch_recent(db: Database, webhook_ids: Iterable[UUID], *, each: int) -> list[Delivery]:
    """Up to `each` of every webhook, by webhook, the newest first."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(Delivery)) as cursor:
        await cursor.execute(
            SQL["recent_deliveries"], {"webhook_ids": list(webhook_ids), "each": each}
        )
        return await cursor.fetchall()
