"""Presets in PostgreSQL: built-in ones, and those of users, which come first under their name."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from vidmill.db.pool import Connection, Database
from vidmill.db.queries import load_queries

SQL = load_queries("presets.sql")


async def store_builtin(conn: Connection, name: str, spec: dict[str, Any]) -> None:
    """Create or refresh a built-in preset."""
    await conn.execute(SQL["store_builtin"], {"name": name, "spec": Jsonb(spec)})


async def fetch_preset(db: Database, name: str, *, owner_id: UUID) -> dict[str, Any] | None:
    """What a name means to a user; None where it means nothing."""
    async with db.connection() as conn:
        row = await (
            await conn.execute(SQL["fetch_preset"], {"name": name, "owner_id": owner_id})
        ).fetchone()
    return None if row is None else row[0]


async def list_names(db: Database, *, owner_id: UUID) -> list[str]:
    """The names a user can choose from."""
    async with db.connection() as conn:
        rows = await (await conn.execute(SQL["list_names"], {"owner_id": owner_id})).fetchall()
    return [row[0] for row in rows]
