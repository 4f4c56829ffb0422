"""Who is asking: the one way from credentials to an account, shared by REST and GraphQL."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from vidmill.access import ALL_SCOPES, AddressNotAllowed, Scope, client_address
from vidmill.db import accounts, api_keys, sessions
from vidmill.db.pool import Database
from vidmill.emails import normal_email
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
    session_id: UUID | None = None
    """None for an API key."""
    key_id: UUID | None = None
    """None for a session."""
    scopes: frozenset[Scope] = ALL_SCOPES
    """What the API key is good for; everything in a session."""
    hourly_limit: int | None = None
    """Requests an hour that the API key is good for; None for any number."""


async def identify(
    db: Database,
    signer: Signer,
    *,
    headers: Mapping[str, str],
    cookies: Mapping[str, str],
    host: str | None,
    session_ttl_seconds: int | None,
) -> Identity:
    """The account of a request: X-API-Key, Authorization: Bearer or the session cookie, in this
    order. `headers` must ignore case. `host`: the client's address. `session_ttl_seconds`: how
    long a session lasts from now on; also stores when a key was used last. None in a service that
    only reads. Raises `Unauthenticated`, `AddressNotAllowed`."""
    if key := headers.get("x-api-key"):
        return await _identify_by_key(db, key, host, note_use=session_ttl_seconds is not None)
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if token and scheme.lower() == "bearer":
        session_id, by_cookie = signer.access_session(token.strip()), False
    elif cookie := cookies.get(SESSION_COOKIE):
        session_id, by_cookie = signer.cookie_session(cookie), True
    else:
        raise Unauthenticated
    user = await sessions.fetch_session_user(db, session_id, ttl_seconds=session_ttl_seconds)
    if user is None:
        raise Unauthenticated("Your session has ended. Sign in again.")
    return Identity(user, by_cookie, session_id)


async def _identify_by_key(db: Database, key: str, host: str | None, *, note_use: bool) -> Identity:
    use = await api_keys.find_api_key(db, key, address=client_address(host), note_use=note_use)
    if use is None:
        raise Unauthenticated("The API key is not valid, has expired or was revoked.")
    if not use.address_allowed:
        raise AddressNotAllowed
    return Identity(
        use.user,
        by_cookie=False,
        key_id=use.key_id,
        scopes=use.scopes,
        hourly_limit=use.hourly_limit,
    )


def sends_credentials(headers: Mapping[str, str], cookies: Mapping[str, str]) -> bool:
    """Whether a request names anybody at all, rightly or wrongly."""
    return bool(
        headers.get("x-api-key") or headers.get("authorization") or cookies.get(SESSION_COOKIE)
    )


async def user_of_password(db: Database, email: str, password: str) -> User:
    """The account of an email address and password; raises `InvalidCredentials`."""
    return (await _credentials(db, email, password))[0]


async def sign_in(
    db: Database, email: str, password: str, *, ttl_seconds: int, origin: sessions.Origin
) -> tuple[User, UUID]:
    """Begin a session of the account of an email address and password. Raises
    `InvalidCredentials`, also if the password was changed while it was checked: whoever changes it
    must be sure that all sessions begun with the old one have ended."""
    user, password_hash = await _credentials(db, email, password)
    session_id = await sessions.begin_session_with(
        db, user.id, password_hash=password_hash, ttl_seconds=ttl_seconds, origin=origin
    )
    if session_id is None:
        raise InvalidCredentials
    return user, session_id


async def _credentials(db: Database, email: str, password: str) -> tuple[User, str]:
    # Nobody can have registered what is no address, but ADMIN_EMAIL may be anything.
    with suppress(ValueError):
        email = normal_email(email)
    found = await accounts.fetch_credentials(db, email)
    password_hash = found[1] if found else None
    if not await verify_password(password_hash, password) or found is None:
        raise InvalidCredentials
    return found
