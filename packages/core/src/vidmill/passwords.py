"""Passwords: Argon2id with the library's parameters, off the event loop."""

from __future__ import annotations

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_hasher = PasswordHasher()


async def hash_password(password: str) -> str:
    """Argon2id hash of a password (tens of milliseconds of CPU, by design)."""
    return await asyncio.to_thread(_hasher.hash, password)


async def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether a password is right. Takes as long where there is no account (None), so that
    answers do not tell which addresses have one."""
    return await asyncio.to_thread(_verify, password_hash or _decoy(), password) and bool(
        password_hash
    )


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def _decoy() -> str:
    return _hasher.hash("no account has this password")
