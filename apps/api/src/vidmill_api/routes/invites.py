"""Invitations to make an account; for administrators."""

from __future__ import annotations

from typing import Any

from pydantic import Field
from starlette.responses import Response

from vidmill.access import Scope
from vidmill.db import registration as rows
from vidmill.db.pool import Connection
from vidmill.errors import IdempotencyMismatch, InvalidCursor, NotFound
from vidmill.ids import new_id
from vidmill.registration import InviteUsed, new_invite_token
from vidmill.users import Role
from vidmill_api.account_schemas import InvitePage, NewInvite
from vidmill_api.account_views import invite_view, page_view
from vidmill_api.operation import IDEMPOTENCY_KEY, Call, Input, Operation, Query
from vidmill_api.routes.registration import EmailText
from vidmill_api.shown_once import answer_with_secret

Json = dict[str, Any]

#: Long enough for somebody on holiday; a mail that is found later opens nothing.
_TTL_SECONDS, _MAX_TTL_SECONDS = 7 * 86_400, 90 * 86_400


class CreateInvite(Input):
    """Whom it is for."""

    email: EmailText | None = Field(
        default=None, description="The only address that it is for; null: any."
    )
    role: Role = Field(default=Role.USER, strict=False)
    ttl_seconds: int = Field(
        default=_TTL_SECONDS, ge=60, le=_MAX_TTL_SECONDS, description="How long it is good."
    )


class ListInvites(Query):
    """Which page."""

    limit: int = Field(default=100, ge=1, le=500)
    cursor: str | None = Field(default=None, max_length=1000)


@Operation(
    summary="Invite somebody", tag="admin", status=201, body=CreateInvite, response=NewInvite,
    scope=Scope.ADMIN, errors=(IdempotencyMismatch,), headers=(IDEMPOTENCY_KEY,),
)  # fmt: skip
async def create_invite(call: Call[CreateInvite, None]) -> Response:
    """The answer holds a token that is good for one account."""
    body = call.body

    async def insert(conn: Connection) -> tuple[Json, str]:
        token = new_invite_token()
        invite = await rows.create_invite(
            conn,
            invite_id=new_id(),
            token=token,
            email=body.email,
            role=body.role,
            created_by=call.user.id,
            ttl_seconds=body.ttl_seconds,
        )
        return invite_view(invite), token

    return await answer_with_secret(call, field="token", folder=None, work=insert)


@Operation(
    summary="List invitations", tag="admin", query=ListInvites, response=InvitePage,
    scope=Scope.ADMIN, errors=(InvalidCursor,),
)  # fmt: skip
async def list_invites(call: Call[None, ListInvites]) -> Json:
    """Open, used and revoked ones, the newest first."""
    page = await rows.list_invites(
        call.context.db, limit=call.query.limit, cursor=call.query.cursor
    )
    return page_view(page, invite_view)


@Operation(
    summary="Take an invitation back", tag="admin", status=204, scope=Scope.ADMIN,
    errors=(NotFound, InviteUsed),
)  # fmt: skip
async def revoke_invite(call: Call[None, None]) -> None:
    """Nobody can use it from now on. Taking it back again changes nothing."""
    await rows.revoke_invite(call.context.db, call.path("invite_id"))
