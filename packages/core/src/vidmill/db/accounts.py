"""Accounts in PostgreSQL."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.rows import class_row

from vidmill.db.pages import Order, Page, fetch_page
from vidmill.db.pool import Connection, Database
from vidmill.db.queries import load_queries
from vidmill.errors import NotFound
from vidmill.ids import new_id
from vidmill.users import Account, LastAdmin, Role, User

SQL = load_queries("accounts.sql")

_NEWEST_FIRST = Order("u", ("created_at",), descending=True)
_ACCOUNT = sql.SQL(
    "u.id, u.email, u.role, u.active, u.created_at, u.quota_jobs_per_day, u.quota_stored_bytes"
)


async def create_user(
    db: Database, *, email: str, password_hash: str, role: Role = Role.USER
) -> User | None:
    """Create an account; None where the email address already has one."""
    async with db.connection() as conn:
        return await create_user_in(conn, email=email, password_hash=password_hash, role=role)


async def create_user_in(
    conn: Connection, *, email: str, password_hash: str, role: Role
) -> User | None:
    """The same, inside the caller's transaction."""
    values = {"id": new_id(), "email": email.lower(), "password_hash": password_hash, "role": role}
    async with conn.cursor(row_factory=class_row(User)) as cursor:
        await cursor.execute(SQL["insert_user"], values)
        return await cursor.fetchone()


async def fetch_credentials(db: Database, email: str) -> tuple[User, str] | None:
    """An active account and its password hash, by email address."""
    async with db.connection() as conn:
        row = await (
            await conn.execute(SQL["fetch_user_by_email"], {"email": email.lower()})
        ).fetchone()
    if row is None:
        return None
    *columns, password_hash = row
    user_id, address, role, active, created_at = columns
    user = User(id=user_id, email=address, role=role, active=active, created_at=created_at)
    return user, password_hash


async def set_password(db: Database, user_id: UUID, password_hash: str) -> None:
    """Replace an account's password hash."""
    async with db.connection() as conn:
        await conn.execute(SQL["set_password"], {"id": user_id, "password_hash": password_hash})


async def fetch_password_hash(db: Database, user_id: UUID) -> str:
    """What an account's password is checked against. Raises `NotFound`."""
    async with db.connection() as conn:
        row = await (await conn.execute(SQL["fetch_password_hash"], {"id": user_id})).fetchone()
    if row is None:
        raise NotFound
    return row[0]


async def change_password(
    db: Database, user_id: UUID, *, old_hash: str, new_hash: str, session_id: UUID | None
) -> bool:
    """Replace a password that has not been replaced meanwhile, and end all sessions but this one;
    else False."""
    values = {"id": user_id, "old_hash": old_hash, "new_hash": new_hash}
    async with db.transaction() as conn:
        if await (await conn.execute(SQL["change_password"], values)).fetchone() is None:
            return False
        await conn.execute(SQL["end_other_sessions"], {"id": user_id, "session_id": session_id})
        return True


async def lock_administration(conn: Connection) -> None:
    """Whoever decides who is an administrator holds this until the end of the transaction."""
    await conn.execute(SQL["lock_administration"])


async def list_accounts(
    db: Database,
    *,
    search: str | None,
    role: Role | None,
    active: bool | None,
    limit: int,
    cursor: str | None,
) -> Page[Account]:
    """One keyset page of accounts, newest first. `search`: part of the email address. Raises
    `InvalidCursor`."""
    conditions: list[tuple[sql.Composable, dict[str, Any]]] = []
    if search is not None:
        condition = sql.SQL("position(lower(%(search)s) IN u.email) > 0")
        conditions.append((condition, {"search": search}))
    if role is not None:
        conditions.append((sql.SQL("u.role = %(role)s"), {"role": role}))
    if active is not None:
        conditions.append((sql.SQL("u.active = %(active)s"), {"active": active}))
    return await fetch_page(
        db,
        select=_ACCOUNT,
        source=sql.SQL("users u"),
        counted=sql.SQL("users u"),
        conditions=conditions,
        order=_NEWEST_FIRST,
        limit=limit,
        cursor=cursor,
        row_factory=class_row(Account),
    )


async def fetch_account(db: Database, user_id: UUID) -> Account:
    """One account as administrators see it. Raises `NotFound`."""
    async with db.connection() as conn:
        return await _account(conn, user_id)


async def change_account(db: Database, user_id: UUID, changes: dict[str, Any]) -> Account:
    """Change role, active and quotas by name. An account that is switched off has no session and no
    key from now on; invitations of who is no longer an administrator are void. Raises `NotFound`,
    `LastAdmin`."""
    async with db.transaction() as conn:
        await lock_administration(conn)
        before = await _account(conn, user_id)
        after = replace(before, **changes)
        if before.administers and not after.administers:
            row = await (await conn.execute(SQL["another_admin"], {"id": user_id})).fetchone()
            if not (row and row[0]):
                raise LastAdmin
            await conn.execute(SQL["revoke_invites"], {"id": user_id})
        await conn.execute(SQL["change_account"], asdict(after))
        if not after.active:
            await conn.execute(SQL["end_sessions"], {"id": user_id})
            await conn.execute(SQL["revoke_keys"], {"id": user_id})
        return after


async def _account(conn: Connection, user_id: UUID) -> Account:
    async with conn.cursor(row_factory=class_row(Account)) as cursor:
        await cursor.execute(SQL["fetch_account"], {"id": user_id})
        found = await cursor.fetchone()
    if found is None:
        raise NotFound
    return found
