"""Signing in and out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field, StringConstraints
from starlette.responses import Response

from vidmill.authentication import SESSION_COOKIE, user_of_password
from vidmill.errors import CrossSiteRequest, InvalidCredentials
from vidmill_api.authenticate import require_own_page
from vidmill_api.encoding import json_response
from vidmill_api.operation import Call, Input, Operation
from vidmill_api.schemas import SessionView, UserView
from vidmill_api.views import user_view


class Credentials(Input):
    """An email address and a password."""

    email: str = Field(min_length=3, max_length=254)
    # Blanks at its ends are part of it.
    password: Annotated[
        str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=False)
    ]


@Operation(
    summary="Sign in with email and password",
    tag="auth",
    body=Credentials,
    response=SessionView,
    errors=(InvalidCredentials,),
    authenticated=False,
)
async def login(call: Call[Credentials, None]) -> Response:
    """Answers with a token for `Authorization: Bearer`, and sets it as an HttpOnly cookie."""
    context = call.context
    user = await user_of_password(context.db, call.body.email, call.body.password)
    ttl = context.settings.jwt_ttl_seconds
    token, ends = context.signer.session(user.id, ttl_seconds=ttl)
    response = json_response(
        {
            "token": token,
            "token_type": "bearer",
            "expires_at": datetime.fromtimestamp(ends, UTC),
            "user": user_view(user),
        }
    )
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=ttl,
        httponly=True,
        samesite="lax",
        secure=context.settings.api_public_url.startswith("https:"),
    )
    return response


@Operation(
    summary="Sign out of this browser", tag="auth", status=204, authenticated=False,
    errors=(CrossSiteRequest,),
)  # fmt: skip
async def logout(call: Call[None, None]) -> Response:
    """Removes the session cookie; nothing happens without one."""
    response = Response(status_code=204)
    if SESSION_COOKIE not in call.request.cookies:
        return response
    require_own_page(call.request, call.context)
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax")
    return response


@Operation(summary="Who am I?", tag="auth", response=UserView)
async def me(call: Call[None, None]) -> dict[str, object]:
    """The account that the credentials belong to."""
    return user_view(call.user)
