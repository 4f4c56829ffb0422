"""Signed tokens: of sessions (access by JWT, renewal, cookies) and of playback URLs. Each use has a
key of its own, derived from SECRET_KEY, so that a token of one kind never passes for another."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from dataclasses import dataclass
from uuid import UUID

import jwt

from vidmill.errors import NotFound, TokenExpired, Unauthenticated

#: Pinned: a token that names another algorithm, or none, is refused.
JWT_ALGORITHM = "HS256"
_ISSUER = "vidmill"
_SIGNATURE_BYTES = 16


@dataclass(frozen=True, slots=True)
class Signer:
    """Makes and checks tokens under one secret."""

    secret: str

    def _key(self, use: str) -> bytes:
        return hmac.new(self.secret.encode(), use.encode(), hashlib.sha256).digest()

    def access(self, user_id: UUID, session_id: UUID, *, ttl_seconds: int) -> tuple[str, int]:
        """A token for requests in a session, and when it ends (Unix seconds)."""
        now = int(time.time())
        ends = now + ttl_seconds
        claims = {
            "sub": str(user_id), "sid": str(session_id), "iat": now, "exp": ends, "iss": _ISSUER,
        }  # fmt: skip
        return jwt.encode(claims, self._key("session"), algorithm=JWT_ALGORITHM), ends

    def access_session(self, token: str) -> UUID:
        """Which session an access token is of; raises `TokenExpired`, `Unauthenticated`."""
        try:
            claims = jwt.decode(
                token,
                self._key("session"),
                algorithms=[JWT_ALGORITHM],
                issuer=_ISSUER,
                options={"require": ["sub", "sid", "exp", "iat", "iss"]},
            )
            return UUID(claims["sid"])
        except jwt.ExpiredSignatureError as error:
            raise TokenExpired from error
        except (jwt.InvalidTokenError, ValueError) as error:
            raise Unauthenticated("The token is not valid. Sign in again.") from error

    def refresh(self, session_id: UUID, generation: int) -> str:
        """A token that is good for one new access token."""
        return self._seal("refresh", session_id.bytes + generation.to_bytes(4, "big"))

    def refresh_session(self, token: str) -> tuple[UUID, int]:
        """Session and generation of a refresh token; raises `Unauthenticated`."""
        payload = self._opened("refresh", token, length=20)
        if payload is None:
            raise Unauthenticated("The refresh token is not valid. Sign in again.")
        return UUID(bytes=payload[:16]), int.from_bytes(payload[16:], "big")

    def cookie(self, session_id: UUID) -> str:
        """What a browser shows for its session. It has no end of its own: the session has."""
        return self._seal("cookie", session_id.bytes)

    def cookie_session(self, value: str) -> UUID:
        """Which session a cookie is of; raises `Unauthenticated`."""
        payload = self._opened("cookie", value, length=16)
        if payload is None:
            raise Unauthenticated("The cookie is not valid. Sign in again.")
        return UUID(bytes=payload)

    def playback(self, job_id: UUID, *, expires: int) -> str:
        """A token for the path of a playback URL: it opens one job's outputs until `expires`
        (Unix seconds; 0 for ever, as public videos have it)."""
        return self._seal("playback", job_id.bytes + expires.to_bytes(5, "big"))

    def playback_job(self, token: str) -> UUID:
        """Which job a playback token opens; raises `NotFound` for a forged or expired one."""
        payload = self._opened("playback", token, length=21)
        if payload is None:
            raise NotFound
        expires = int.from_bytes(payload[16:], "big")
        if expires and expires < time.time():
            raise NotFound("This playback link has expired. Open the video's page for a new one.")
        return UUID(bytes=payload[:16])

    def open_playback(self, job_id: UUID, generation: int) -> str:
        """A token for the path of a playback URL of a video that everybody may watch, for as long
        as its playback generation stays: always the same one, so that caches keep what it plays."""
        return self._seal("gallery", job_id.bytes + generation.to_bytes(4, "big"))

    def open_playback_job(self, token: str) -> tuple[UUID, int] | None:
        """Job and playback generation of such a token; None for another one."""
        payload = self._opened("gallery", token, length=20)
        if payload is None:
            return None
        return UUID(bytes=payload[:16]), int.from_bytes(payload[16:], "big")

    def viewer(self, *marks: str) -> bytes:
        """16 bytes that stand for whoever has these marks; who that is takes the secret to tell."""
        return self._signature("viewer", "\n".join(marks).encode())

    def _seal(self, use: str, payload: bytes) -> str:
        sealed = payload + self._signature(use, payload)
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def _opened(self, use: str, token: str, *, length: int) -> bytes | None:
        """The payload of a sealed token; None for a forged one."""
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except (binascii.Error, ValueError):
            return None
        payload, signature = raw[:-_SIGNATURE_BYTES], raw[-_SIGNATURE_BYTES:]
        good = hmac.compare_digest(signature, self._signature(use, payload))
        return payload if good and len(payload) == length else None

    def _signature(self, use: str, payload: bytes) -> bytes:
        return hmac.new(self._key(use), payload, hashlib.sha256).digest()[:_SIGNATURE_BYTES]


def playback_expiry(ttl_seconds: int, *, now: float | None = None) -> int:
    """When a playback URL made now ends (Unix seconds): at least `ttl_seconds` from now, rounded
    up to a quarter of it, so that asking again soon gives the same URL and caches keep working."""
    step = max(1, ttl_seconds // 4)
    end = (time.time() if now is None else now) + ttl_seconds
    return int(-(-end // step) * step)
