"""Signing in, staying signed in, and signing out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from vidmill.access import AddressNotAllowed, client_address
from vidmill.authentication import SESSION_COOKIE, sign_in
from vidmill.db import sessions
from vidmill.db.quotas import fetch_quotas
from vidmill.db.webhooks import fetch_disabled
from vidmill.errors import CrossSiteRequest, InvalidCredentials, TokenExpired, Unauthenticated
from vidmill.quotas import QuotaDefaults
from vidmill.users import User
from vidmill_api.account_views import quotas_view
from vidmill_api.authenticate import authenticate
from vidmill_api.context import Context
from vidmill_api.encoding import json_response
from vidmill_api.limiting import limit_sign_in
from vidmill_api.operation import Call, Input, Operation
from vidmill_api.schemas import MeView, SessionView
from vidmill_api.views import user_view
from vidmill_api.webhook_views import disabled_notice

# Blanks at its ends are part of it.
Password = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=False)]


_COOKIE_SECONDS = 400 * 86_400
"""As long as browsers keep any (RFC 6265bis, section 5.5): it is the session that ends."""


class Credentials(Input):
    """An email address and a password."""

    email: str = Field(min_length=3, max_length=254)
    password: Password


class Renewal(Input):
    """The last refresh token."""

    refresh_token: str = Field(max_length=200)


@Operation(
    summary="Sign in with email and password",
    tag="auth",
    body=Credentials,
    response=SessionView,
    errors=(InvalidCredentials,),
    authenticated=False,
)
async def login(call: Call[Credentials, None]) -> Response:
    """Begins a session. Answers with tokens for programs, and with an HttpOnly cookie for
    browsers, which need no tokens."""
    context = call.context
    await limit_sign_in(call.request, context, call.body.email)
    user, session_id = await sign_in(
        context.db,
        call.body.email,
        call.body.password,
        ttl_seconds=context.settings.session_ttl_seconds,
        origin=origin_of(call.request),
    )
    return session_answer(context, user, session_id)


def origin_of(request: Request) -> sessions.Origin:
    """From where and with what a request comes."""
    agent = request.headers.get("user-agent", "")
    return sessions.Origin(
        address=client_address(request.client.host if request.client else None),
        user_agent="".join(filter(str.isprintable, agent))[:300] or None,
    )


def session_answer(
    context: Context,
    user: User,
    session_id: UUID,
    status: int = 200,
    also: dict[str, Any] | None = None,
) -> Response:
    """A new session, as tokens and as a cookie; `also`: what else to answer."""
    content = {**_tokens(context, user, session_id, generation=0), **(also or {})}
    response = json_response(content, status)
    response.set_cookie(
        SESSION_COOKIE,
        context.signer.cookie(session_id),
        max_age=_COOKIE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=context.settings.api_public_url.startswith("https:"),
    )
    return response


def _tokens(context: Context, user: User, session_id: UUID, generation: int) -> dict[str, Any]:
    signer = context.signer
    token, ends = signer.access(user.id, session_id, ttl_seconds=context.settings.jwt_ttl_seconds)
    return {
        "token": token,
        "token_type": "bearer",
        "expires_at": datetime.fromtimestamp(ends, UTC),
        "refresh_token": signer.refresh(session_id, generation),
        "user": user_view(user),
    }


@Operation(
    summary="Get the next token of a session",
    tag="auth",
    body=Renewal,
    response=SessionView,
    errors=(Unauthenticated,),
    authenticated=False,
)
async def refresh(call: Call[Renewal, None]) -> dict[str, Any]:
    """Each refresh token is good for once, and for a few seconds more if the answer was lost. One
    that is shown again later was copied: the session then ends for everybody."""
    context = call.context
    session_id, generation = context.signer.refresh_session(call.body.refresh_token)
    ttl = context.settings.session_ttl_seconds
    user = await sessions.renew_session(context.db, session_id, generation, ttl_seconds=ttl)
    if user is None:
        if await sessions.end_copied_session(context.db, session_id, generation):
            raise Unauthenticated(
                "This refresh token was used before, so the session was ended: somebody may have "
                "copied it. Sign in again."
            )
        raise Unauthenticated("Your session has ended. Sign in again.")
    return _tokens(context, user, session_id, generation + 1)


@Operation(
    summary="Sign out",
    tag="auth",
    status=204,
    authenticated=False,
    errors=(CrossSiteRequest, TokenExpired),
)
async def logout(call: Call[None, None]) -> Response:
    """Ends the session that the token or cookie is of: none of its tokens counts from now on.
    Nothing happens without one, and API keys stay as they are."""
    response = Response(status_code=204)
    try:
        identity = await authenticate(call.request, call.context)
    except TokenExpired:
        # Its session goes on, and can be ended with the next token.
        raise
    except (Unauthenticated, AddressNotAllowed):
        identity = None
    if identity is not None and identity.session_id is not None:
        await sessions.end_session(call.context.db, identity.session_id)
    if SESSION_COOKIE in call.request.cookies:
        response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax")
    return response


@Operation(summary="Who am I?", tag="auth", response=MeView)
async def me(call: Call[None, None]) -> dict[str, object]:
    """The account that the credentials belong to, what is left of its quotas, and what its owner
    should know."""
    context = call.context
    defaults = QuotaDefaults.of(context.settings)
    quotas = await fetch_quotas(context.db, call.user.id, defaults)
    disabled = await fetch_disabled(context.db, call.user.id)
    return {
        **user_view(call.user),
        "quota": quotas_view(quotas),
        "notices": [disabled_notice(one) for one in disabled],
    }
