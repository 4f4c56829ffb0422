"""Users in PostgreSQL."""

from __future__ import annotations

from uuid import UUID

from psycopg.rows import class_row

from vidmill.db.pool import Database
from vidmill.db.queries import load_queries
from vidmill.ids import new_id
from vidmill.users import Role, User

SQL = load_queries("accounts.sql")


async def create_user(
    db: Database, *, email: str, password_hash: str, role: Role = Role.USER
) -> User | None:
    """Create an account; None where the email address already has one."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(User)) as cursor:
        await cursor.execute(
            SQL["insert_user"],
            {"id": new_id(), "email": email.lower(), "password_hash": password_hash, "role": role},
        )
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
