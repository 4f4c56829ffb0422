"""Idempotency keys: the same key and body get the same answer, once made, for 24 hours.

The key is inserted in the transaction that does the work, so it exists exactly if the work does,
and a concurrent request with the same key waits on the unique index until that is decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from vidmill.db.pool import Connection, Database
from vidmill.db.queries import load_queries
from vidmill.errors import IdempotencyMismatch

SQL = load_queries("idempotency.sql")


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """The answer that a key's first request got."""

    status: int
    body: dict[str, Any]


async def claim_key(
    conn: Connection, *, owner_id: UUID, key: str, request_hash: bytes
) -> StoredResponse | None:
    """None where the caller is first and shall do the work, else the first answer.
    Raises `IdempotencyMismatch` where the first request was another."""
    scope = {"owner_id": owner_id, "key": key}
    claimed = await conn.execute(SQL["claim_key"], {**scope, "request_hash": request_hash})
    if claimed.rowcount:
        return None
    row = await (await conn.execute(SQL["fetch_key"], scope)).fetchone()
    if row is None:
        raise IdempotencyMismatch
    return _response(row, request_hash)


async def find_response(
    db: Database, *, owner_id: UUID, key: str, request_hash: bytes
) -> StoredResponse | None:
    """The answer that a key got, if it is known already: a look before work that cannot be inside
    the transaction. Raises `IdempotencyMismatch`."""
    async with db.connection() as conn:
        row = await (
            await conn.execute(SQL["fetch_key"], {"owner_id": owner_id, "key": key})
        ).fetchone()
    return None if row is None else _response(row, request_hash)


async def store_response(
    conn: Connection, *, owner_id: UUID, key: str, response: StoredResponse
) -> None:
    """Keep the answer of the request that claimed the key, in the same transaction."""
    await conn.execute(
        SQL["store_response"],
        {
            "owner_id": owner_id,
            "key": key,
            "status": response.status,
            "response": Jsonb(response.body),
        },
    )


def _response(row: tuple[Any, ...], request_hash: bytes) -> StoredResponse:
    first_hash, status, body = row
    if bytes(first_hash) != request_hash:
        raise IdempotencyMismatch
    return StoredResponse(int(status), body)


async def forget_keys(db: Database) -> None:
    """Drop keys older than 24 hours."""
    async with db.connection() as conn:
        await conn.execute(SQL["forget_keys"])
