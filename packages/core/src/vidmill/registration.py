"""Making an account: who may, and with which invitation."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from vidmill.errors import Conflict, Forbidden
from vidmill.users import Role


class Registration(StrEnum):
    """Who may make an account."""

    OPEN = "open"
    """Everybody."""
    INVITE = "invite"
    """Whoever an administrator invited, and the first of all, who becomes the administrator."""
    CLOSED = "closed"
    """Nobody. ADMIN_EMAIL and ADMIN_PASSWORD make the administrator."""


class RegistrationClosed(Forbidden):
    """Nobody can register here. Ask an administrator."""

    code = "registration_closed"


class InviteRequired(Forbidden):
    """One registers here with an invitation. Ask an administrator for one."""

    code = "invite_required"


class InvalidInvite(Forbidden):
    """The invitation is not valid, has expired, was used before or is for another address. Ask for
    a new one."""

    code = "invalid_invite"


class EmailTaken(Conflict):
    """This email address has an account. Sign in, or use another address."""

    code = "email_taken"


class InviteUsed(Conflict):
    """The invitation was used, so it can't be taken back. Switch its account off instead."""

    code = "invite_used"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """A row of `invites` without its token's hash."""

    id: UUID
    email: str | None
    role: Role
    created_by: UUID
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    used_by: UUID | None
    revoked_at: datetime | None


def new_invite_token() -> str:
    """A fresh invitation: 192 random bits, since it goes into links that people pass on."""
    return "vmi_" + secrets.token_urlsafe(24)


def hash_invite_token(token: str) -> bytes:
    """What is stored of an invitation. SHA-256 is enough: it has full entropy."""
    return hashlib.sha256(token.encode()).digest()
