"""Rate limits of requests: asked once somebody is known to ask, and before anything is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.types import Scope

from vidmill.authentication import Identity
from vidmill.errors import DependencyDown, VidmillError
from vidmill.rate_limits import Bucket, Level, RateLimited
from vidmill_api.context import Context

_LEVELS = "vidmill.rate_limits"

Identify = Callable[[Request, Context], Awaitable[Identity | None]]


async def admit(request: Request, context: Context, identify: Identify) -> Identity | None:
    """Who is asking, if they may ask now. What nobody is identified by counts against its address
    and is not even told whether it was right once that has no more: so guessing is bounded. An
    address that is known to have no more costs no look at the database either. Raises
    `RateLimited` and what `identify` raises."""
    address = context.limits.of_address(host_of(request))
    context.limiter.refuse_known(address)
    try:
        identity = await identify(request, context)
    except DependencyDown:
        raise
    except VidmillError:
        await take(request, context, [address])
        raise
    await take(request, context, [*context.limits.of_identity(identity), address])
    return identity


async def limit_sign_in(request: Request, context: Context, email: str) -> None:
    """Count a try to sign in or register against the account and the address. Raises
    `RateLimited`."""
    await take(request, context, context.limits.of_sign_in(email, host_of(request)))


async def take(request: Request, context: Context, buckets: Iterable[Bucket | None]) -> None:
    """Take from buckets and note for the answer what is left. Raises `RateLimited`."""
    levels: Sequence[Level] = ()
    try:
        levels = await context.limiter.take(buckets)
    except RateLimited as error:
        levels = error.levels
        raise
    finally:
        if levels:
            request.scope[_LEVELS] = [*request.scope.get(_LEVELS, ()), *levels]


def levels_of(scope: Scope) -> list[Level]:
    """What is left of the buckets that a request took from."""
    found: list[Any] = scope.get(_LEVELS, [])
    return found


def host_of(request: Request) -> str | None:
    """The client's address, behind trusted proxies too."""
    return request.client.host if request.client else None
