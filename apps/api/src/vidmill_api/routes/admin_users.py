"""Accounts, for administrators."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from starlette.responses import Response

from vidmill.access import Scope
from vidmill.api_keys import KeyRightsExceeded
from vidmill.db import accounts as rows
from vidmill.errors import IdempotencyMismatch, InvalidCursor, NotFound
from vidmill.users import LastAdmin, Role
from vidmill_api.account_schemas import AccountPage, AccountView, NewApiKey
from vidmill_api.account_views import account_view, page_view
from vidmill_api.operation import IDEMPOTENCY_KEY, Call, Input, Operation, Query
from vidmill_api.problems import InvalidFields
from vidmill_api.routes.api_keys import (
    CreateApiKey,
    made_key,
    require_may_administrate,
    require_within_own,
)

Json = dict[str, Any]

Quota = Annotated[int | None, Field(ge=-1, description="null: as the settings say; -1: no limit.")]


class ListAccounts(Query):
    """Which accounts."""

    search: str | None = Field(
        default=None, min_length=1, max_length=254, description="Part of the email address."
    )
    role: Role | None = None
    active: bool | None = None
    limit: int = Field(default=100, ge=1, le=500)
    cursor: str | None = Field(default=None, max_length=1000)


class ChangeAccount(Input):
    """What is to be changed; the rest stays as it is."""

    role: Role | None = Field(default=None, strict=False)
    active: bool | None = None
    quota_jobs_per_day: Annotated[Quota, Field(le=2**31 - 1)] = None
    quota_stored_bytes: Annotated[Quota, Field(le=2**63 - 1)] = None


class CreateKeyFor(CreateApiKey):
    """A key for somebody."""

    user_id: UUID = Field(strict=False)


@Operation(
    summary="List accounts", tag="admin", query=ListAccounts, response=AccountPage,
    scope=Scope.ADMIN, errors=(InvalidCursor,),
)  # fmt: skip
async def list_users(call: Call[None, ListAccounts]) -> Json:
    """The newest first."""
    query = call.query
    page = await rows.list_accounts(
        call.context.db, search=query.search, role=query.role, active=query.active,
        limit=query.limit, cursor=query.cursor,
    )  # fmt: skip
    return page_view(page, account_view)


@Operation(
    summary="An account", tag="admin", response=AccountView, scope=Scope.ADMIN, errors=(NotFound,)
)
async def get_user(call: Call[None, None]) -> Json:
    """With its quotas."""
    return account_view(await rows.fetch_account(call.context.db, call.path("user_id")))


@Operation(
    summary="Change an account", tag="admin", body=ChangeAccount, response=AccountView,
    scope=Scope.ADMIN, errors=(NotFound, LastAdmin),
)  # fmt: skip
async def change_user(call: Call[ChangeAccount, None]) -> Json:
    """Role, quotas, or whether it can be used. Switching it off ends its sessions and revokes its
    keys at once; what it has stays. The last administrator stays one."""
    changes = {name: getattr(call.body, name) for name in call.body.model_fields_set}
    for name in ("role", "active"):
        if name in changes and changes[name] is None:
            raise InvalidFields.one(name, "It can't be null. Leave it out to keep it.")
    return account_view(await rows.change_account(call.context.db, call.path("user_id"), changes))


@Operation(
    summary="Make an API key for somebody", tag="admin", status=201, body=CreateKeyFor,
    response=NewApiKey, scope=Scope.ADMIN,
    errors=(NotFound, KeyRightsExceeded, IdempotencyMismatch), headers=(IDEMPOTENCY_KEY,),
    answers_with=("Location",),
)  # fmt: skip
async def create_key_for(call: Call[CreateKeyFor, None]) -> Response:
    """Like `POST /api-keys`, for an account that is active."""
    owner = await rows.fetch_account(call.context.db, call.body.user_id)
    if not owner.active:
        raise NotFound("This account is switched off. Switch it on before it gets a key.")
    require_may_administrate(call.body.rights.scopes, owner.role)
    await require_within_own(call, call.body.rights)
    return await made_key(call, owner.id, call.body)
