"""URLs of webhooks as users give them, checked before anything is stored."""

from __future__ import annotations

from typing import Any

from vidmill.outbound import OutboundFailed
from vidmill.outbound_rules import Target, UrlRefused
from vidmill.webhook_signatures import is_secret, new_secret
from vidmill_api.operation import Call
from vidmill_api.problems import InvalidFields


async def checked_target(call: Call[Any, Any], field: str, url: str) -> Target:
    """Where a URL leads, if it may be sent to. It is asked again whenever something is sent. Raises
    `InvalidFields`."""
    try:
        return await call.context.outbound.check(url)
    except UrlRefused as refused:
        raise InvalidFields.one(field, refused.detail, refused.code) from refused
    except OutboundFailed as failed:
        detail = f"{failed.detail} Check the host's name, and that it is in public DNS."
        raise InvalidFields.one(field, detail, "url_unresolved") from failed


def usable_secret(field: str, secret: str | None) -> str:
    """The secret that a user brings, or a new one. Raises `InvalidFields`."""
    if secret is None:
        return new_secret()
    if not is_secret(secret):
        raise InvalidFields.one(
            field,
            "Send whsec_ and 24 to 64 bytes in base64, or 16 to 255 printable ASCII characters; "
            "or leave it out for a new one.",
        )
    return secret
