"""What the API answers about accounts, keys, invitations and sessions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from vidmill.access import Scope
from vidmill.users import Role
from vidmill_api.schemas import Output, Quotas, SessionView


class RegisteredView(SessionView):
    """A session of a new account, and its first API key if one was asked for."""

    api_key: str | None = Field(description="Shown this once.")


class OwnSession(Output):
    """A session that has not ended."""

    id: UUID
    created_at: datetime
    last_used_at: datetime = Field(description="To the hour.")
    expires_at: datetime = Field(description="If it is not used until then.")
    address: str | None = Field(description="From where one signed in; null: not known.")
    user_agent: str | None = Field(
        description="What one signed in with, as it named itself; null: it did not."
    )
    current: bool = Field(description="Whether this request is of it.")


class SessionPage(Output):
    """One page of sessions."""

    items: list[OwnSession]
    next_cursor: str | None
    total: int


class ApiKeyView(Output):
    """An API key, without the key itself."""

    id: UUID
    owner_id: UUID
    name: str
    prefix: str = Field(description="How it begins, to recognise it by.")
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    hourly_limit: int | None = Field(description="Requests an hour; null: no limit of its own.")
    ip_allow: list[str] | None = Field(description="Where it works from; null: anywhere.")
    rotated_to: UUID | None = Field(description="The key that replaces it.")
    last_used_at: datetime | None = Field(description="To the minute.")
    last_used_address: str | None


class NewApiKey(ApiKeyView):
    """An API key that was just made."""

    key: str = Field(description="Goes into X-API-Key. Shown this once.")


class ApiKeyPage(Output):
    """One page of API keys."""

    items: list[ApiKeyView]
    next_cursor: str | None
    total: int


class InviteView(Output):
    """An invitation, without its token."""

    id: UUID
    email: str | None = Field(description="The only address that it is for; null: any.")
    role: Role
    created_by: UUID
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    used_by: UUID | None
    revoked_at: datetime | None


class NewInvite(InviteView):
    """An invitation that was just made."""

    token: str = Field(description="Goes into `POST /auth/register` as `invite`. Shown this once.")


class InvitePage(Output):
    """One page of invitations."""

    items: list[InviteView]
    next_cursor: str | None
    total: int


class AccountView(Output):
    """An account as administrators see it."""

    id: UUID
    email: str
    role: Role
    active: bool
    created_at: datetime
    quota_jobs_per_day: int | None = Field(description="null: as the settings say; -1: no limit.")
    quota_stored_bytes: int | None = Field(description="null: as the settings say; -1: no limit.")
    quota: Quotas = Field(description="What holds for it, and how much of it is used.")


class AccountPage(Output):
    """One page of accounts."""

    items: list[AccountView]
    next_cursor: str | None
    total: int
