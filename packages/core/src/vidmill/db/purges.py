"""Objects that are to be removed from storage. A request is a row written in the transaction that
made the objects unwanted; the reaper carries it out."""

from __future__ import annotations

from vidmill.db.pool import Connection
from vidmill.db.queries import load_queries

SQL = load_queries("purges.sql")


async def request_purge(conn: Connection, prefix: str, *, after_seconds: float) -> None:
    """Have every object below `prefix` removed, not before that many seconds from now."""
    await conn.execute(SQL["request_purge"], {"prefix": prefix, "after_seconds": after_seconds})


async def withdraw_purge(conn: Connection, prefix: str) -> None:
    """Take a request back. Waits for one that is being carried out, so that nothing written after
    this returns is removed."""
    await conn.execute(SQL["withdraw_purge"], {"prefix": prefix})


async def lock_due_purge(conn: Connection) -> str | None:
    """A prefix to remove now, locked until the caller's transaction ends; None if there is none."""
    row = await (await conn.execute(SQL["lock_due_purge"])).fetchone()
    return None if row is None else str(row[0])
