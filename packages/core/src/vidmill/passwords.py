"""Passwords: Argon2id with the library's parameters, off the event loop."""

from __future__ import annotations

import asyncio
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_hasher = PasswordHasher()


async def hash_password(password: str) -> str:
    """Argon2id hash of a password (tens of milliseconds of CPU, by design)."""
    return await asyncio.to_thread(_hasher.hash, _normal(password))


async def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether a password is right. Takes as long where there is no account (None), so that
    answers do not tell which addresses have one."""
    right = await asyncio.to_thread(_verify, password_hash or _decoy(), _normal(password))
    return right and bool(password_hash)


def _normal(password: str) -> str:
    """Keyboards write the same letter in more than one way (NIST SP 800-63B-4, section 3.1.1.2)."""
    return unicodedata.normalize("NFC", password)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def _decoy() -> str:
    return _hasher.hash("no account has this password")
