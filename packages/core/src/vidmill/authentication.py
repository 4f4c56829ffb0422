"""Who is asking: the one way from credentials to an account, shared by REST and GraphQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vidmill.db import accounts
from vidmill.db.pool import Database
from vidmill.errors import InvalidCredentials, Unauthenticated
from vidmill.passwords import verify_password
from vidmill.tokens import Signer
from vidmill.users import User

SESSION_COOKIE = "vidmill_session"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is asking, and whether a browser vouches for it by cookie alone."""

    user: User
    by_cookie: bool


async def identify(
    db: Database,
    signer: Signer,
    *,
    headers: Mapping[str, str],
    cookies: Mapping[str, str],
    note_use: bool,
) -> Identity:
    """The account of a request: X-API-Key, Authorization: Bearer or the session cookie, in this
    order. `headers` must ignore case. `note_use` stores when a key was used last. Raises
    `Unauthenticated`."""
    if key := headers.get("x-api-key"):
        user = await accounts.fetch_user_by_api_key(db, key, note_use=note_use)
        if user is None:
            raise Unauthenticated("The API key is not valid, has expired or was revoked.")
        return Identity(user, by_cookie=False)
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if token and scheme.lower() == "bearer":
        return Identity(await _session_user(db, signer, token.strip()), by_cookie=False)
    if cookie := cookies.get(SESSION_COOKIE):
        return Identity(await _session_user(db, signer, cookie), by_cookie=True)
    raise Unauthenticated


async def _session_user(db: Database, signer: Signer, token: str) -> User:
    user = await accounts.fetch_user(db, signer.session_user(token))
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
