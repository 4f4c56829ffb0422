"""API keys in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.rows import class_row

from vidmill.access import ALL_SCOPES, Address, Scope
from vidmill.api_keys import ApiKey, KeyRights, Network
from vidmill.db.pages import Order, Page, fetch_page
from vidmill.db.pool import Connection, Database
from vidmill.db.queries import load_queries
from vidmill.errors import NotFound
from vidmill.ids import new_id
from vidmill.users import User, hash_api_key, key_prefix

SQL = load_queries("api_keys.sql")

_NEWEST_FIRST = Order("k", ("created_at",), descending=True)
_COUNTS = sql.SQL("(k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now()))")
_COLUMNS = sql.SQL(
    "k.id, k.owner_id, k.name, k.prefix, k.scopes, k.created_at, k.expires_at, k.revoked_at,"
    " k.hourly_limit, k.ip_allow, k.rotated_to, k.last_used_at, k.last_used_address"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUse:
    """What a valid key says of a request that shows it."""

    key_id: UUID
    user: User
    scopes: frozenset[Scope]
    hourly_limit: int | None
    address_allowed: bool


async def create_api_key(
    conn: Connection, *, key_id: UUID, owner_id: UUID, name: str, key: str, rights: KeyRights
) -> ApiKey | None:
    """Store a key's hash, inside the caller's transaction; None where the account is
    switched off, and where the same key is stored already, which then stays as it is."""
    values = {
        "id": key_id,
        "owner_id": owner_id,
        "name": name,
        "prefix": key_prefix(key),
        "key_hash": hash_api_key(key),
        "scopes": sorted(rights.scopes),
        "expires_at": rights.expires_at,
        "hourly_limit": rights.hourly_limit,
        "ip_allow": None if rights.ip_allow is None else list(rights.ip_allow),
    }
    async with conn.cursor(row_factory=class_row(ApiKey)) as cursor:
        await cursor.execute(SQL["insert_api_key"], values)
        return await cursor.fetchone()


async def store_api_key(
    db: Database,
    *,
    owner_id: UUID,
    name: str,
    key: str,
    scopes: frozenset[Scope] = ALL_SCOPES,
    expires_at: datetime | None = None,
    hourly_limit: int | None = None,
    ip_allow: Sequence[Network] | None = None,
) -> None:
    """Store a key that is known already; storing the same key again changes nothing."""
    rights = KeyRights(
        scopes=scopes,
        expires_at=expires_at,
        hourly_limit=hourly_limit,
        ip_allow=None if ip_allow is None else tuple(ip_allow),
    )
    async with db.connection() as conn:
        await create_api_key(
            conn, key_id=new_id(), owner_id=owner_id, name=name, key=key, rights=rights
        )


async def fetch_api_key(db: Database, key_id: UUID) -> ApiKey:
    """One key, ended or not. Raises `NotFound`."""
    async with db.connection() as conn:
        return await _one(conn, SQL["fetch_api_key"], key_id)


async def lock_api_key(conn: Connection, key_id: UUID) -> ApiKey:
    """One key, which nobody else replaces or revokes before the transaction's end. Raises
    `NotFound`."""
    return await _one(conn, SQL["lock_api_key"], key_id)


async def _one(conn: Connection, query: LiteralString, key_id: UUID) -> ApiKey:
    async with conn.cursor(row_factory=class_row(ApiKey)) as cursor:
        await cursor.execute(query, {"id": key_id})
        found = await cursor.fetchone()
    if found is None:
        raise NotFound
    return found


async def list_api_keys(
    db: Database, *, owner_id: UUID, active: bool | None, limit: int, cursor: str | None
) -> Page[ApiKey]:
    """One keyset page of an account's keys, newest first; `active`: only those that still count, or
    only those that have ended. Raises `InvalidCursor`."""
    conditions: list[tuple[sql.Composable, dict[str, Any]]] = [
        (sql.SQL("k.owner_id = %(owner_id)s"), {"owner_id": owner_id})
    ]
    if active is not None:
        conditions.append((_COUNTS if active else sql.SQL("NOT {}").format(_COUNTS), {}))
    return await fetch_page(
        db,
        select=_COLUMNS,
        source=sql.SQL("api_keys k"),
        counted=sql.SQL("api_keys k"),
        conditions=conditions,
        order=_NEWEST_FIRST,
        limit=limit,
        cursor=cursor,
        row_factory=class_row(ApiKey),
    )


async def revoke_api_key(db: Database, key_id: UUID) -> None:
    """From now on the key counts for nothing; revoking it again changes nothing."""
    async with db.connection() as conn:
        await conn.execute(SQL["revoke_api_key"], {"id": key_id})


async def replace_api_key(
    conn: Connection, key_id: UUID, *, successor_id: UUID, overlap_seconds: int
) -> None:
    """Let a key end so many seconds from now, in favour of another."""
    values = {"id": key_id, "rotated_to": successor_id, "overlap_seconds": overlap_seconds}
    await conn.execute(SQL["replace_api_key"], values)


async def find_api_key(
    db: Database, key: str, *, address: Address | None, note_use: bool
) -> KeyUse | None:
    """The use of a valid key of an active account from this address; None for any other key.
    `note_use` also writes when and from where, which a read-only service cannot."""
    query = SQL["use_api_key" if note_use else "find_api_key"]
    # Text, since every request passes here and objects take longer both ways.
    values = {"key_hash": hash_api_key(key), "address": None if address is None else str(address)}
    async with db.connection() as conn:
        row = await (await conn.execute(query, values)).fetchone()
    if row is None:
        return None
    key_id, names, hourly_limit, address_allowed, user_id, email, role, active, created_at = row
    scopes = _scopes(names)
    return KeyUse(
        key_id=key_id,
        user=User(
            id=user_id,
            email=email,
            role=role,
            active=active,
            created_at=created_at,
            limited=Scope.ADMIN not in scopes,
        ),
        scopes=scopes,
        hourly_limit=hourly_limit,
        address_allowed=address_allowed,
    )


@cache
def _scopes(names: str) -> frozenset[Scope]:
    """From `read,write`; there are seven of these at most."""
    return frozenset(Scope(name) for name in names.split(","))
