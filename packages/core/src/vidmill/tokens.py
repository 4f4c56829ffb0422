"""Signed tokens: sessions (JWT) and playback URLs. Each use has a key of its own, derived from
SECRET_KEY, so that a token of one kind never passes for the other."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from dataclasses import dataclass
from uuid import UUID

import jwt

from vidmill.errors import NotFound, Unauthenticated

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

    def session(self, user_id: UUID, *, ttl_seconds: int) -> tuple[str, int]:
        """A session token and when it ends (Unix seconds)."""
        now = int(time.time())
        ends = now + ttl_seconds
        claims = {"sub": str(user_id), "iat": now, "exp": ends, "iss": _ISSUER}
        return jwt.encode(claims, self._key("session"), algorithm=JWT_ALGORITHM), ends

    def session_user(self, token: str) -> UUID:
        """Whose session a token is; raises `Unauthenticated`."""
        try:
            claims = jwt.decode(
                token,
                self._key("session"),
                algorithms=[JWT_ALGORITHM],
                issuer=_ISSUER,
                options={"require": ["sub", "exp", "iat", "iss"]},
            )
            return UUID(claims["sub"])
        except jwt.ExpiredSignatureError as error:
            raise Unauthenticated("Your session has ended. Sign in again.") from error
        except (jwt.InvalidTokenError, ValueError) as error:
            raise Unauthenticated("The token is not valid. Sign in again.") from error

    def playback(self, job_id: UUID, *, expires: int) -> str:
        """A token for the path of a playback URL: it opens one job's outputs until `expires`
        (Unix seconds; 0 for ever, as public videos have it)."""
        payload = job_id.bytes + expires.to_bytes(5, "big")
        return _b64(payload + self._sign_playback(payload))

    def playback_job(self, token: str) -> UUID:
        """Which job a playback token opens; raises `NotFound` for a forged or expired one."""
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except (binascii.Error, ValueError) as error:
            raise NotFound from error
        payload, signature = raw[:-_SIGNATURE_BYTES], raw[-_SIGNATURE_BYTES:]
        if len(payload) != 21 or not hmac.compare_digest(signature, self._sign_playback(payload)):
            raise NotFound
        expires = int.from_bytes(payload[16:], "big")
        if expires and expires < time.time():
            raise NotFound("This playback link has expired. Open the video's page for a new one.")
        return UUID(bytes=payload[:16])

    def _sign_playback(self, payload: bytes) -> bytes:
        digest = hmac.new(self._key("playback"), payload, hashlib.sha256).digest()
        return digest[:_SIGNATURE_BYTES]


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def playback_expiry(ttl_seconds: int, *, now: float | None = None) -> int:
    """When a playback URL made now ends (Unix seconds): at least `ttl_seconds` from now, rounded
    up to a quarter of it, so that asking again soon gives the same URL and caches keep working."""
    step = max(1, ttl_seconds // 4)
    end = (time.time() if now is None else now) + ttl_seconds
    return int(-(-end // step) * step)
