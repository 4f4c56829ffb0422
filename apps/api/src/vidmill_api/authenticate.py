"""From a request to an account: API key, bearer token or session cookie."""

from __future__ import annotations

from uuid import UUID

from starlette.requests import Request

from vidmill.authentication import SESSION_COOKIE, user_of_api_key, user_of_session
from vidmill.errors import CrossSiteRequest, NotFound, Unauthenticated
from vidmill.users import User
from vidmill_api.context import Context

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


async def authenticate(request: Request, context: Context) -> User:
    """Who is asking. Raises `Unauthenticated`, `CrossSiteRequest`."""
    if key := request.headers.get("x-api-key"):
        return await user_of_api_key(context.db, key)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if token and scheme.lower() == "bearer":
        return await user_of_session(context.db, context.signer, token.strip())
    if cookie := request.cookies.get(SESSION_COOKIE):
        # A browser sends the cookie with any page's request; only our pages may use it to write.
        allowed = request.headers.get("origin") in context.settings.cors_origins
        if request.method not in _SAFE_METHODS and not allowed:
            raise CrossSiteRequest
        return await user_of_session(context.db, context.signer, cookie)
    raise Unauthenticated


def require_owner(user: User, owner_id: UUID) -> None:
    """Raises `NotFound` for what belongs to somebody else: not even its existence is told."""
    if not user.is_admin and user.id != owner_id:
        raise NotFound
