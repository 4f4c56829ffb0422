"""Making accounts, and invitations to make them, in PostgreSQL."""

from __future__ import annotations

from uuid import UUID

from psycopg import sql
from psycopg.rows import class_row

from vidmill.db.accounts import create_user_in, lock_administration
from vidmill.db.pages import Order, Page, fetch_page
from vidmill.db.pool import Connection, Database
from vidmill.db.queries import load_queries
from vidmill.errors import NotFound
from vidmill.registration import (
    EmailTaken,
    InvalidInvite,
    Invite,
    InviteRequired,
    InviteUsed,
    Registration,
    RegistrationClosed,
    hash_invite_token,
)
from vidmill.users import Role, User

SQL = load_queries("registration.sql")

_NEWEST_FIRST = Order("i", ("created_at",), descending=True)
_COLUMNS = sql.SQL(
    "i.id, i.email, i.role, i.created_by, i.created_at, i.expires_at, i.used_at, i.used_by,"
    " i.revoked_at"
)


async def require_admission(
    db: Database, mode: Registration, *, email: str, invite: str | None
) -> None:
    """A look before a password is hashed, which costs much. Raises `RegistrationClosed`,
    `InviteRequired`, `InvalidInvite`."""
    if mode is Registration.CLOSED:
        raise RegistrationClosed
    async with db.connection() as conn:
        if invite is not None:
            values = {"token_hash": hash_invite_token(invite), "email": email}
            good = await (await conn.execute(SQL["invite_is_good"], values)).fetchone()
            if not (good and good[0]):
                raise InvalidInvite
        elif mode is Registration.INVITE and await _any_user(conn):
            raise InviteRequired


async def register_user(
    db: Database, mode: Registration, *, email: str, password_hash: str, invite: str | None
) -> User:
    """Make an account. The first of an installation is an administrator's; two at once make one
    administrator. Raises what `require_admission` does, and `EmailTaken`."""
    if mode is Registration.CLOSED:
        raise RegistrationClosed
    async with db.transaction() as conn:
        await lock_administration(conn)
        first = not await _any_user(conn)
        taken = None
        if invite is not None:
            taken = await _take_invite(conn, invite, email)
        elif mode is Registration.INVITE and not first:
            raise InviteRequired
        role = Role.ADMIN if first else taken.role if taken else Role.USER
        user = await create_user_in(conn, email=email, password_hash=password_hash, role=role)
        if user is None:
            raise EmailTaken
        if taken is not None:
            await conn.execute(SQL["note_invited"], {"id": taken.id, "used_by": user.id})
        return user


async def _any_user(conn: Connection) -> bool:
    row = await (await conn.execute(SQL["any_user"])).fetchone()
    return bool(row and row[0])


async def _take_invite(conn: Connection, token: str, email: str) -> Invite:
    async with conn.cursor(row_factory=class_row(Invite)) as cursor:
        values = {"token_hash": hash_invite_token(token), "email": email}
        await cursor.execute(SQL["take_invite"], values)
        invite = await cursor.fetchone()
    if invite is None:
        raise InvalidInvite
    return invite


async def create_invite(
    conn: Connection,
    *,
    invite_id: UUID,
    token: str,
    email: str | None,
    role: Role,
    created_by: UUID,
    ttl_seconds: int,
) -> Invite:
    """Store an invitation's hash, inside the caller's transaction."""
    values = {
        "id": invite_id,
        "token_hash": hash_invite_token(token),
        "email": email,
        "role": role,
        "created_by": created_by,
        "ttl_seconds": ttl_seconds,
    }
    async with conn.cursor(row_factory=class_row(Invite)) as cursor:
        await cursor.execute(SQL["insert_invite"], values)
        invite = await cursor.fetchone()
    assert invite is not None, "INSERT … RETURNING answers with the row"
    return invite


async def list_invites(db: Database, *, limit: int, cursor: str | None) -> Page[Invite]:
    """One keyset page of invitations, newest first. Raises `InvalidCursor`."""
    return await fetch_page(
        db,
        select=_COLUMNS,
        source=sql.SQL("invites i"),
        counted=sql.SQL("invites i"),
        conditions=[],
        order=_NEWEST_FIRST,
        limit=limit,
        cursor=cursor,
        row_factory=class_row(Invite),
    )


async def revoke_invite(db: Database, invite_id: UUID) -> None:
    """Take an invitation back; once more changes nothing. Raises `NotFound`, `InviteUsed`."""
    async with db.connection() as conn:
        if await (await conn.execute(SQL["revoke_invite"], {"id": invite_id})).fetchone():
            return
        if await (await conn.execute(SQL["find_invite"], {"id": invite_id})).fetchone():
            raise InviteUsed
    raise NotFound
