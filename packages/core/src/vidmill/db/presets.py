"""Presets in PostgreSQL: built-in ones, and those of users, which come first under their name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from vidmill.db.pool import Connection, Database
from vidmill.db.queries import load_queries
from vidmill.errors import Conflict, Forbidden, NotFound

SQL = load_queries("presets.sql")

#: Nobody needs more; whoever stores one for each job is better served by `outputs` in the job.
MAX_PRESETS = 200


class PresetExists(Conflict):
    """You have a preset of that name. Change it with PUT, or choose another name."""

    code = "preset_exists"


class TooManyPresets(Conflict):
    """You have as many presets as an account may have. Delete one, or give outputs with the job."""

    code = "too_many_presets"


class PresetBuiltIn(Forbidden):
    """The preset is built in and stays as it is. Copy it under another name and change the copy."""

    code = "preset_built_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPreset:
    """A row of `presets`, as a user sees it."""

    name: str
    spec: dict[str, Any]
    built_in: bool
    created_at: datetime
    updated_at: datetime


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


async def fetch_stored_preset(db: Database, name: str, *, owner_id: UUID) -> StoredPreset:
    """`fetch_preset` with all there is; raises `NotFound`."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(StoredPreset)) as cursor:
        await cursor.execute(SQL["fetch_stored_preset"], {"name": name, "owner_id": owner_id})
        found = await cursor.fetchone()
    if found is None:
        raise NotFound
    return found


async def list_presets(
    db: Database, *, owner_id: UUID, limit: int, after: str = ""
) -> tuple[list[StoredPreset], int]:
    """Presets behind a name, by name, and how many a user can choose from in all."""
    values = {"owner_id": owner_id, "limit": limit, "after": after}
    async with db.connection() as conn, conn.cursor(row_factory=class_row(StoredPreset)) as cursor:
        await cursor.execute(SQL["list_presets"], values)
        found = await cursor.fetchall()
        row = await (await conn.execute(SQL["count_presets"], values)).fetchone()
    return found, int(row[0]) if row else 0


async def create_preset(
    conn: Connection, name: str, spec: dict[str, Any], *, owner_id: UUID
) -> StoredPreset:
    """Store a user's own preset. Raises `PresetBuiltIn`, `PresetExists`, `TooManyPresets`."""
    values = {"name": name, "owner_id": owner_id, "spec": Jsonb(spec)}
    async with conn.cursor(row_factory=class_row(StoredPreset)) as cursor:
        await cursor.execute(SQL["fetch_stored_preset"], values)
        if (found := await cursor.fetchone()) is not None:
            raise PresetBuiltIn(_built_in(name)) if found.built_in else PresetExists
        row = await (await conn.execute(SQL["count_presets"], values)).fetchone()
        if row is not None and int(row[1]) >= MAX_PRESETS:
            raise TooManyPresets
        await cursor.execute(SQL["insert_preset"], values)
        stored = await cursor.fetchone()
    if stored is None:
        raise PresetExists  # Another request was quicker.
    return stored


async def replace_preset(
    db: Database, name: str, spec: dict[str, Any], *, owner_id: UUID
) -> StoredPreset:
    """Change a user's own preset; jobs keep what it was when they were posted. Raises `NotFound`,
    `PresetBuiltIn`."""
    values = {"name": name, "owner_id": owner_id, "spec": Jsonb(spec)}
    async with db.connection() as conn, conn.cursor(row_factory=class_row(StoredPreset)) as cursor:
        await cursor.execute(SQL["replace_preset"], values)
        stored = await cursor.fetchone()
    if stored is None:
        await _refuse(db, name, owner_id)
        raise NotFound
    return stored


async def delete_preset(db: Database, name: str, *, owner_id: UUID) -> None:
    """Remove a user's own preset. Raises `NotFound`, `PresetBuiltIn`."""
    async with db.connection() as conn:
        cursor = await conn.execute(SQL["delete_preset"], {"name": name, "owner_id": owner_id})
    if cursor.rowcount == 0:
        await _refuse(db, name, owner_id)


async def list_names(db: Database, *, owner_id: UUID) -> list[str]:
    """The names a user can choose from."""
    async with db.connection() as conn:
        rows = await (await conn.execute(SQL["list_names"], {"owner_id": owner_id})).fetchall()
    return [row[0] for row in rows]


async def _refuse(db: Database, name: str, owner_id: UUID) -> None:
    """Say why a preset of that name was not the user's to change."""
    await fetch_stored_preset(db, name, owner_id=owner_id)
    raise PresetBuiltIn(_built_in(name))


def _built_in(name: str) -> str:
    return (
        f"The preset {name!r} is built in and stays as it is. Get it, give the copy another name, "
        "change what you like, and store it with POST /presets."
    )
