"""Accounts and API keys."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from vidmill.errors import Conflict

KEY_PREFIX = "vm_"


class Role(StrEnum):
    """What an account may do."""

    USER = "user"
    """Sees and changes what is theirs."""
    ADMIN = "admin"
    """Sees and changes everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A row of `users` without its password hash."""

    id: UUID
    email: str
    role: Role
    active: bool
    created_at: datetime
    limited: bool = False
    """Asks with an API key that lacks the scope admin, and so counts as a plain user."""

    @property
    def is_admin(self) -> bool:
        """Whether this is an administrator who asks as one."""
        return self.role == Role.ADMIN and not self.limited

    @property
    def scope(self) -> UUID | None:
        """Whose rows this account sees: its own id, or None for everybody's."""
        return None if self.is_admin else self.id


class LastAdmin(Conflict):
    """This is the last administrator. Make somebody else one first."""

    code = "last_admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A row of `users` as administrators see it."""

    id: UUID
    email: str
    role: Role
    active: bool
    created_at: datetime
    quota_jobs_per_day: int | None
    """None: as the settings say; -1: no limit."""
    quota_stored_bytes: int | None
    """None: as the settings say; -1: no limit."""

    @property
    def administers(self) -> bool:
        """Whether it can be used to administrate."""
        return self.role == Role.ADMIN and self.active


def new_api_key() -> str:
    """A fresh API key: 256 random bits behind a prefix that secret scanners can recognise."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def hash_api_key(key: str) -> bytes:
    """What is stored of a key. SHA-256 is enough: unlike a password, a key has full entropy."""
    return hashlib.sha256(key.encode()).digest()


def key_prefix(key: str) -> str:
    """The part of a key that its owner recognises it by; far too short to guess the rest."""
    return key[:11]
