"""Accounts, for administrators."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from starlette.responses import Response

from vidmill.access import Scope
from vidmill.api_keys import KeyRightsExceeded
from vidmill.db import accounts as rows
from vidmill.db.quotas import fetch_quotas, fetch_quotas_of
from vidmill.errors import IdempotencyMismatch, InvalidCursor, NotFound
from vidmill.quotas import QuotaDefaults
from vidmill.users import Account, LastAdmin, Role
from vidmill_api.account_schemas import AccountPage, AccountView, NewApiKey
from vidmill_api.account_views import account_view, page_view
from vidmill_api.context import Context
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
    query, context = call.query, call.context
    page = await rows.list_accounts(
        context.db, search=query.search, role=query.role, active=query.active,
        limit=query.limit, cursor=query.cursor,
    )  # fmt: skip
    quotas = await fetch_quotas_of(
        context.db, [account.id for account in page.items], QuotaDefaults.of(context.settings)
    )
    return page_view(page, lambda account: account_view(account, quotas[account.id]))


@Operation(
    summary="An account", tag="admin", response=AccountView, scope=Scope.ADMIN, errors=(NotFound,)
)
async def get_user(call: Call[None, None]) -> Json:
    """With its quotas."""
    account = await rows.fetch_account(call.context.db, call.path("user_id"))
    return await _with_quotas(call.context, account)


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
    changed = await rows.change_account(call.context.db, call.path("user_id"), changes)
    return await _with_quotas(call.context, changed)


async def _with_quotas(context: Context, account: Account) -> Json:
    defaults = QuotaDefaults.of(context.settings)
    return account_view(account, await fetch_quotas(context.db, account.id, defaults))


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
