"""Migrations: numbered SQL files, each applied once, in order, in its own transaction.

An advisory lock makes starting several replicas at once safe. A file that was changed after it
had been applied is refused: the schema in the database would no longer be the one in the files.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import sys
from dataclasses import dataclass
from importlib.resources import files
from typing import LiteralString, cast

import psycopg

from vidmill.db.pool import Connection
from vidmill.logs import configure_logging
from vidmill.settings import load_settings

log = logging.getLogger(__name__)

#: Any constant will do, as long as nothing else in the database takes the same lock.
LOCK_ID = 7_186_342_911


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its number, its name and its SQL."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


class MigrationChanged(Exception):
    """A migration that is already applied was edited. Undo the edit and add a new migration."""


def load_migrations() -> list[Migration]:
    """Every migration of this version, in order."""
    folder = files("vidmill.db").joinpath("migrations")
    found = sorted(
        (entry.name, entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".sql")
    )
    return [Migration(int(name[:4]), name, text) for name, text in found]


async def apply_migrations(conn: Connection) -> list[str]:
    """Bring a database up to date; returns the names applied. Raises `MigrationChanged`."""
    applied: list[str] = []
    await conn.execute("SELECT pg_advisory_lock(%s)", [LOCK_ID])
    try:
        await conn.execute(
            "CREATE TABLE IF NOT EXISTS migrations (number integer PRIMARY KEY, name text NOT NULL,"
            " checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
        )
        rows = await (await conn.execute("SELECT number, checksum FROM migrations")).fetchall()
        known: dict[int, str] = dict(rows)
        for migration in load_migrations():
            if migration.number in known:
                if known[migration.number] != migration.checksum:
                    raise MigrationChanged(f"{migration.name}: {MigrationChanged.__doc__}")
                continue
            async with conn.transaction():
                await conn.execute(cast("LiteralString", migration.sql))
                await conn.execute(
                    "INSERT INTO migrations (number, name, checksum) VALUES (%s, %s, %s)",
                    [migration.number, migration.name, migration.checksum],
                )
            log.info("migration applied", extra={"migration": migration.name})
            applied.append(migration.name)
    finally:
        await conn.execute("SELECT pg_advisory_unlock(%s)", [LOCK_ID])
    return applied


async def migrate(database_url: str) -> list[str]:
    """Connect, bring the database up to date, and close."""
    async with await psycopg.AsyncConnection.connect(
        database_url, autocommit=True, application_name="vidmill-migrate"
    ) as conn:
        return await apply_migrations(conn)


if __name__ == "__main__":
    settings = load_settings()
    configure_logging("migrate", settings.log_level)
    asyncio.run(migrate(settings.database_url.get_secret_value()))
    sys.exit(0)
