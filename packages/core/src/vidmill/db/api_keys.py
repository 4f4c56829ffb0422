"""API keys in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from uuid import UUID

from psycopg.rows import dict_row

from vidmill.access import ALL_SCOPES, Address, Scope
from vidmill.db.pool import Database
from vidmill.db.queries import load_queries
from vidmill.ids import new_id
from vidmill.users import User, hash_api_key, key_prefix

SQL = load_queries("api_keys.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUse:
    """What a valid key says of a request that shows it."""

    key_id: UUID
    user: User
    scopes: frozenset[Scope]
    hourly_limit: int | None
    address_allowed: bool


async def store_api_key(
    db: Database,
    *,
    owner_id: UUID,
    name: str,
    key: str,
    scopes: frozenset[Scope] = ALL_SCOPES,
    expires_at: datetime | None = None,
    hourly_limit: int | None = None,
    ip_allow: Sequence[IPv4Network | IPv6Network] | None = None,
) -> None:
    """Store a key's hash; storing the same key again changes nothing."""
    async with db.connection() as conn:
        await conn.execute(
            SQL["insert_api_key"],
            {
                "id": new_id(),
                "owner_id": owner_id,
                "name": name,
                "prefix": key_prefix(key),
                "key_hash": hash_api_key(key),
                "scopes": sorted(scopes),
                "expires_at": expires_at,
                "hourly_limit": hourly_limit,
                "ip_allow": None if ip_allow is None else list(ip_allow),
            },
        )


async def find_api_key(
    db: Database, key: str, *, address: Address | None, note_use: bool
) -> KeyUse | None:
    """The use of a valid key of an active account from this address; None for any other key.
    `note_use` also writes when and from where, which a read-only service cannot."""
    query = SQL["use_api_key" if note_use else "find_api_key"]
    values = {"key_hash": hash_api_key(key), "address": address}
    async with db.connection() as conn, conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, values)
        row = await cursor.fetchone()
    if row is None:
        return None
    scopes = frozenset(Scope(name) for name in row["scopes"])
    return KeyUse(
        key_id=row["key_id"],
        user=User(
            id=row["id"],
            email=row["email"],
            role=row["role"],
            active=row["active"],
            created_at=row["created_at"],
            limited=Scope.ADMIN not in scopes,
        ),
        scopes=scopes,
        hourly_limit=row["hourly_limit"],
        address_allowed=row["address_allowed"],
    )
