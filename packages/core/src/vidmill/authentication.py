"""Who is asking: the one way from credentials to an account, shared by REST and GraphQL."""

from __future__ import annotations

from uuid import UUID

from vidmill.db import accounts
from vidmill.db.pool import Database
from vidmill.errors import InvalidCredentials, Unauthenticated
from vidmill.passwords import verify_password
from vidmill.tokens import Signer
from vidmill.users import User

SESSION_COOKIE = "vidmill_session"


async def user_of_api_key(db: Database, key: str) -> User:
    """The account of an X-API-Key; raises `Unauthenticated`."""
    user = await accounts.fetch_user_by_api_key(db, key)
    if user is None:
        raise Unauthenticated("The API key is not valid, has expired or was revoked.")
    return user


async def user_of_session(db: Database, signer: Signer, token: str) -> User:
    """The account of a session token; raises `Unauthenticated`."""
    user_id: UUID = signer.session_user(token)
    user = await accounts.fetch_user(db, user_id)
    if user is None:
        raise Unauthenticated("This account no longer exists or is switched off.")
    return user


async def user_of_password(db: Database, email: str, password: str) -> User:
    """The account of an email address and password; raises `InvalidCredentials`."""
    found = await accounts.fetch_credentials(db, email)
    password_hash = found[1] if found else None
    if not await verify_password(password_hash, password) or found is None:
        raise InvalidCredentials
    return found[0]
