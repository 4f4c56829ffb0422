"""From a request to an account: API key, bearer token or session cookie."""

from __future__ import annotations

from uuid import UUID

from starlette.requests import Request

from vidmill.access import Scope, require_scopes
from vidmill.authentication import Identity, identify, sends_credentials
from vidmill.errors import (
    CrossSiteRequest,
    DependencyDown,
    Forbidden,
    NotFound,
    VidmillError,
)
from vidmill.users import Role, User
from vidmill_api.context import Context

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


async def authenticate(request: Request, context: Context) -> Identity:
    """Who is asking. Raises `Unauthenticated`, `AddressNotAllowed`, `CrossSiteRequest`."""
    identity = await _identify(request, context, context.settings.session_ttl_seconds)
    if identity.by_cookie and request.method not in _SAFE_METHODS:
        require_own_page(request, context)
    return identity


async def still_holds(request: Request, context: Context, identity: Identity) -> bool:
    """Whether the credentials of a request that is being answered for long are still good for what
    they were; as far as can be said now. It counts as no use of them."""
    try:
        now = await _identify(request, context, None)
        require_rights(now, request.method, None)
    except DependencyDown:
        return True
    except VidmillError:
        return False
    return now.user.scope == identity.user.scope


async def _identify(
    request: Request, context: Context, session_ttl_seconds: int | None
) -> Identity:
    return await identify(
        context.db,
        context.signer,
        headers=request.headers,
        cookies=request.cookies,
        host=request.client.host if request.client else None,
        session_ttl_seconds=session_ttl_seconds,
    )


async def authenticate_if_named(request: Request, context: Context) -> Identity | None:
    """Who is asking; None where no credentials are sent. Raises what `authenticate` does."""
    if not sends_credentials(request.headers, request.cookies):
        return None
    return await authenticate(request, context)


def require_rights(identity: Identity, method: str, scope: Scope | None) -> None:
    """Raises `Forbidden` where the operation is for administrators and the account is none, and
    `InsufficientScope` where the API key lacks what it needs."""
    if scope is Scope.ADMIN and identity.user.role != Role.ADMIN:
        raise Forbidden
    require_scopes(identity.scopes, scopes_of(method, scope))


def scopes_of(method: str, scope: Scope | None) -> tuple[Scope, ...]:
    """What an API key must be good for, by an operation's method and declared scope."""
    usual = Scope.READ if method in _SAFE_METHODS else Scope.WRITE
    return (usual, scope) if scope is Scope.ADMIN else (scope or usual,)


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
