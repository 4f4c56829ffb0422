"""Answers of the REST API about API keys; see `models`."""

from __future__ import annotations

from typing import Literal, TypedDict

KeyScope = Literal["read", "write", "admin"]


class ApiKey(TypedDict):
    """An API key, without the key itself. `hourly_limit`, `ip_allow`: None for no limit of its
    own."""

    id: str
    owner_id: str
    name: str
    prefix: str
    scopes: list[KeyScope]
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    hourly_limit: int | None
    ip_allow: list[str] | None
    rotated_to: str | None
    last_used_at: str | None
    last_used_address: str | None


class NewApiKey(ApiKey):
    """One that was just made; `key` is shown this once."""

    key: str


class ApiKeyPage(TypedDict):
    """One page of keys."""

    items: list[ApiKey]
    next_cursor: str | None
    total: int
