"""Secrets of webhooks and what is signed with them, in two forms: that of Standard Webhooks
(https://www.standardwebhooks.com, version 1 with HMAC-SHA256) and `X-Webhook-Signature`, the hex
HMAC-SHA256 of the body alone."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence

_PREFIX = "whsec_"
#: Standard Webhooks asks for 24 to 64 bytes.
_SECRET_BYTES = 32


def new_secret() -> str:
    """A secret in Standard Webhooks' form."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def is_secret(text: str) -> bool:
    """Whether a secret that a user brings can be used: a `whsec_` one must hold 24 to 64 bytes in
    base64, any other have 16 to 255 printable ASCII characters."""
    if not text.startswith(_PREFIX):
        return 16 <= len(text) <= 255 and text.isascii() and text.isprintable()
    try:
        return 24 <= len(base64.b64decode(text[len(_PREFIX) :], validate=True)) <= 64
    except binascii.Error:
        return False


def signature_headers(
    keys: Sequence[str], *, delivery_id: str, timestamp: int, body: bytes
) -> dict[str, str]:
    """The headers that prove a request: by the present secret first, then by the one before it
    while a rotation lasts. `timestamp` is in Unix seconds, and of the attempt."""
    signed = f"{delivery_id}.{timestamp}.".encode() + body
    standard = [base64.b64encode(_hmac(standard_key(key), signed).digest()) for key in keys]
    hexes = [f"sha256={_hmac(key.encode(), body).hexdigest()}" for key in keys]
    headers = {
        "webhook-id": delivery_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{signature.decode()}" for signature in standard),
        "X-Webhook-Signature": hexes[0],
    }
    if len(hexes) > 1:
        headers["X-Webhook-Signature-Previous"] = hexes[1]
    return headers


def standard_key(secret: str) -> bytes:
    """What Standard Webhooks signs with: the bytes behind `whsec_`, or any other text as it is."""
    if secret.startswith(_PREFIX):
        return base64.b64decode(secret[len(_PREFIX) :])
    return secret.encode()


def _hmac(key: bytes, content: bytes) -> hmac.HMAC:
    return hmac.new(key, content, hashlib.sha256)
