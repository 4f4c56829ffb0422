"""Rate limits of requests: asked once somebody is known to ask, and before anything is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.types import Scope

from vidmill.authentication import Identity
from vidmill.rate_limits import Level
from vidmill_api.context import Context

_LEVELS = "vidmill.rate_limits"


async def admit(
    request: Request,
    context: Context,
    identify: Callable[[Request, Context], Awaitable[Identity | None]],
) -> Identity | None:
    """Who is asking, if they may ask now. Raises `RateLimited` and what `identify` raises."""
    return await context.gate.admit(
        _host(request), partial(identify, request, context), partial(_note, request)
    )


async def limit_sign_in(request: Request, context: Context, email: str) -> None:
    """Count a try to sign in or register against the account and the address. Raises
    `RateLimited`."""
    await context.gate.limit_sign_in(email, _host(request), partial(_note, request))


def levels_of(scope: Scope) -> list[Level]:
    """What is left of the buckets that a request took from."""
    found: list[Any] = scope.get(_LEVELS, [])
    return found


def _note(request: Request, levels: Sequence[Level]) -> None:
    request.scope[_LEVELS] = [*levels_of(request.scope), *levels]


def _host(request: Request) -> str | None:
    return request.client.host if request.client else None
