"""From rows of accounts, keys and invitations to JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any, TypeVar

from vidmill.api_keys import ApiKey
from vidmill.db.pages import Page
from vidmill.quotas import Quota
from vidmill.registration import Invite
from vidmill.users import Account
from vidmill_api.problems import quota_view

Json = dict[str, Any]
T = TypeVar("T")


def page_view(page: Page[T], view: Callable[[T], Json]) -> Json:
    """A page of anything."""
    items = [view(row) for row in page.items]
    return {"items": items, "next_cursor": page.next_cursor, "total": page.total}


def api_key_view(key: ApiKey) -> Json:
    """`ApiKeyView`."""
    networks, address = key.ip_allow, key.last_used_address
    return {
        **asdict(key),
        "scopes": list(key.scopes),
        "ip_allow": None if networks is None else [str(network) for network in networks],
        "last_used_address": None if address is None else str(address),
    }


def invite_view(invite: Invite) -> Json:
    """`InviteView`."""
    return asdict(invite)


def quotas_view(quotas: Iterable[Quota]) -> Json:
    """`Quotas`."""
    return {one.name.value: quota_view(one) for one in quotas}


def account_view(account: Account, quotas: Iterable[Quota]) -> Json:
    """`AccountView`."""
    return {**asdict(account), "quota": quotas_view(quotas)}
