"""Secrets that must be read again, as those that sign, encrypted where they are stored."""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

#: The use of a `Sealer` for secrets that lie in PostgreSQL.
KEPT_SECRETS = "kept secrets"

_NONCE_BYTES = 12


class Unreadable(Exception):
    """It was sealed with another SECRET_KEY, or was changed."""


class Sealer:
    """Seals and opens under a key derived from SECRET_KEY, for one use alone. What is sealed in one
    place (`where`: its row) does not open in another."""

    def __init__(self, secret_key: str, use: str) -> None:
        key = hmac.new(secret_key.encode(), f"seal {use}".encode(), hashlib.sha256).digest()
        self._cipher = AESGCM(key)

    def seal(self, text: str, where: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), where)

    def open(self, sealed: bytes, where: bytes) -> str:
        """Raises `Unreadable`."""
        nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, rest, where).decode()
        except (InvalidTag, ValueError) as error:
            raise Unreadable from error
