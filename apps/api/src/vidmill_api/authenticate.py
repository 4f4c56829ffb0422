"""From a request to an account: API key, bearer token or session cookie."""

from __future__ import annotations

from uuid import UUID

from starlette.requests import Request

from vidmill.authentication import identify
from vidmill.errors import CrossSiteRequest, NotFound
from vidmill.users import User
from vidmill_api.context import Context

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


async def authenticate(request: Request, context: Context) -> User:
    """Who is asking. Raises `Unauthenticated`, `CrossSiteRequest`."""
    identity = await identify(
        context.db,
        context.signer,
        headers=request.headers,
        cookies=request.cookies,
        note_use=True,
    )
    # A browser sends the cookie with any page's request; only our pages may use it to write.
    allowed = request.headers.get("origin") in context.settings.cors_origins
    if identity.by_cookie and request.method not in _SAFE_METHODS and not allowed:
        raise CrossSiteRequest
    return identity.user


def require_owner(user: User, owner_id: UUID) -> None:
    """Raises `NotFound` for what belongs to somebody else: not even its existence is told."""
    if not user.is_admin and user.id != owner_id:
        raise NotFound
