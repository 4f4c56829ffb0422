"""Sessions in PostgreSQL."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from psycopg import sql
from psycopg.rows import class_row

from vidmill.access import Address
from vidmill.db.pages import Order, Page, fetch_page
from vidmill.db.pool import Database
from vidmill.db.queries import load_queries
from vidmill.errors import NotFound
from vidmill.ids import new_id
from vidmill.users import User

SQL = load_queries("sessions.sql")

_NEWEST_FIRST = Order("s", ("created_at",), descending=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """From where and with what somebody signs in; None where that is not known."""

    address: Address | None = None
    user_agent: str | None = None
    """At most 300 characters."""


UNKNOWN = Origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session as its owner sees it."""

    id: UUID
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    address: Address | None
    user_agent: str | None


async def begin_session(
    db: Database, user_id: UUID, *, ttl_seconds: int, origin: Origin = UNKNOWN
) -> UUID:
    """A new session of an account, for so long unless it is used."""
    session_id = new_id()
    values = {
        "id": session_id,
        "user_id": user_id,
        "ttl_seconds": ttl_seconds,
        **asdict(origin),
    }
    async with db.connection() as conn:
        await conn.execute(SQL["begin_session"], values)
    return session_id


async def begin_session_with(
    db: Database,
    user_id: UUID,
    *,
    password_hash: str,
    ttl_seconds: int,
    origin: Origin = UNKNOWN,
) -> UUID | None:
    """The same, if this is still the account's password; else None."""
    values = {
        "id": new_id(),
        "user_id": user_id,
        "password_hash": password_hash,
        "ttl_seconds": ttl_seconds,
        **asdict(origin),
    }
    async with db.connection() as conn:
        row = await (await conn.execute(SQL["begin_session_with"], values)).fetchone()
    return row[0] if row else None


async def fetch_session_user(
    db: Database, session_id: UUID, *, ttl_seconds: int | None
) -> User | None:
    """The active account of a session that has not ended. `ttl_seconds`: the session lasts for so
    long from now on; None for a service that only reads."""
    query = SQL["fetch_session_user" if ttl_seconds is None else "use_session"]
    async with db.connection() as conn, conn.cursor(row_factory=class_row(User)) as cursor:
        await cursor.execute(query, {"id": session_id, "ttl_seconds": ttl_seconds})
        return await cursor.fetchone()


async def renew_session(
    db: Database, session_id: UUID, generation: int, *, ttl_seconds: int
) -> User | None:
    """Go on to the generation after this one, which must be the session's present one, or the one
    of seconds ago; else None."""
    values = {"id": session_id, "generation": generation, "ttl_seconds": ttl_seconds}
    async with db.connection() as conn, conn.cursor(row_factory=class_row(User)) as cursor:
        await cursor.execute(SQL["renew_session"], values)
        return await cursor.fetchone()


async def end_session(db: Database, session_id: UUID) -> bool:
    """From now on nothing of the session counts; False if it had ended before."""
    async with db.connection() as conn:
        ended = await (await conn.execute(SQL["end_session"], {"id": session_id})).fetchone()
    return ended is not None


async def end_own_session(db: Database, session_id: UUID, *, user_id: UUID) -> None:
    """End a session of this account. Raises `NotFound`, also where it has ended before."""
    async with db.connection() as conn:
        values = {"id": session_id, "user_id": user_id}
        if await (await conn.execute(SQL["end_own_session"], values)).fetchone() is None:
            raise NotFound


async def list_sessions(
    db: Database, user_id: UUID, *, limit: int, cursor: str | None
) -> Page[Session]:
    """One keyset page of an account's sessions that have not ended, newest first. Raises
    `InvalidCursor`."""
    return await fetch_page(
        db,
        select=sql.SQL("s.id, s.created_at, s.last_used_at, s.expires_at, s.address, s.user_agent"),
        source=sql.SQL("sessions s"),
        counted=sql.SQL("sessions s"),
        conditions=[
            (sql.SQL("s.user_id = %(user_id)s"), {"user_id": user_id}),
            (sql.SQL("s.ended_at IS NULL AND s.expires_at > now()"), {}),
        ],
        order=_NEWEST_FIRST,
        limit=limit,
        cursor=cursor,
        row_factory=class_row(Session),
    )


async def end_copied_session(db: Database, session_id: UUID, generation: int) -> bool:
    """End a session that has gone on from this generation; False if it has not."""
    values = {"id": session_id, "generation": generation}
    async with db.connection() as conn:
        ended = await (await conn.execute(SQL["end_copied_session"], values)).fetchone()
    return ended is not None


async def end_sessions_of(db: Database, user_id: UUID) -> None:
    """End every session of an account."""
    async with db.connection() as conn:
        await conn.execute(SQL["end_sessions_of"], {"user_id": user_id})


async def forget_sessions(db: Database) -> int:
    """Remove what has ended; returns how many rows that were."""
    async with db.connection() as conn:
        return (await conn.execute(SQL["forget_sessions"])).rowcount
