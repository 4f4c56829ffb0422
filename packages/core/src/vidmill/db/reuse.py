"""Published tracks that other jobs of the same owner may take over, by source and settings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from vidmill.db.pool import Connection, Database
from vidmill.db.queries import load_queries

SQL = load_queries("reuse.sql")


@dataclass(frozen=True, slots=True)
class Donor:
    """A published track: its job, and its directory there."""

    job_id: UUID
    name: str


async def find_donors(
    db: Database, owner_id: UUID, keys: Collection[bytes]
) -> Mapping[bytes, Donor]:
    """The newest published track for each of the keys that there is one for; none of a job whose
    verification found something wrong."""
    async with db.connection() as conn:
        cursor = await conn.execute(SQL["find_donors"], {"owner_id": owner_id, "keys": list(keys)})
        return {bytes(key): Donor(job_id, name) for key, job_id, name in await cursor.fetchall()}


async def store_tracks(conn: Connection, job_id: UUID, keys: Mapping[str, bytes]) -> None:
    """Offer a job's tracks, name to key, to later ones; part of publishing it."""
    for name, key in keys.items():
        await conn.execute(SQL["store_track"], {"job_id": job_id, "name": name, "key": key})
