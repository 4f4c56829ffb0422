"""From a request to an account: API key, bearer token or session cookie."""

from __future__ import annotations

from uuid import UUID

from starlette.requests import Request

from vidmill.authentication import Identity, identify
from vidmill.errors import CrossSiteRequest, NotFound
from vidmill.users import User
from vidmill_api.context import Context

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


async def authenticate(request: Request, context: Context) -> Identity:
    """Who is asking. Raises `Unauthenticated`, `CrossSiteRequest`."""
    identity = await identify(
        context.db,
        context.signer,
        headers=request.headers,
        cookies=request.cookies,
        session_ttl_seconds=context.settings.session_ttl_seconds,
    )
    if identity.by_cookie and request.method not in _SAFE_METHODS:
        require_own_page(request, context)
    return identity


def require_own_page(request: Request, context: Context) -> None:
    """A browser sends the cookie along with any page's request; only our pages may write with it.
    Raises `CrossSiteRequest`."""
    if request.headers.get("origin") not in context.settings.cors_origins:
        raise CrossSiteRequest


def may_see(user: User, owner_id: UUID) -> bool:
    """Whether what belongs to an account is this one's to see and change."""
    return user.is_admin or user.id == owner_id


def require_owner(user: User, owner_id: UUID) -> None:
    """Raises `NotFound` for what belongs to somebody else: not even its existence is told."""
    if not may_see(user, owner_id):
        raise NotFound
