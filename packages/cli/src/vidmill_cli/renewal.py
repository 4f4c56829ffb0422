"""Going on with a session whose token has run out."""

from __future__ import annotations

import threading
from typing import Protocol, cast

import httpx

from vidmill_cli.models import Session


class TokenStore(Protocol):
    """Where programs that share a session keep its tokens."""

    def load(self) -> str | None:
        """The refresh token that was stored last."""

    def save(self, session: Session) -> None:
        """Keep what was renewed. Raises `OSError`."""


class Renewal:
    """Gets the next token of a session. Safe for threads: several requests that are refused at once
    lead to one new token."""

    def __init__(self, refresh_token: str, store: TokenStore | None) -> None:
        self._refresh_token = refresh_token
        self._store = store
        self._lock = threading.Lock()

    def renew(self, api: httpx.Client, refused: httpx.Response) -> bool:
        """Whether `api` sends a newer token from now on than the refused request had. Raises
        `httpx.TransportError`."""
        if refused.status_code != 401 or _code(refused) != "token_expired":
            return False
        with self._lock:
            if api.headers.get("Authorization") != refused.request.headers.get("Authorization"):
                return True
            # Another program may have gone on meanwhile: to show the server a token from before
            # that would end the session.
            stored = self._store.load() if self._store is not None else None
            answer = api.post(
                "/auth/refresh", json={"refresh_token": stored or self._refresh_token}
            )
            if answer.status_code != 200:
                return False
            session = cast("Session", answer.json())
            self._refresh_token = session["refresh_token"]
            api.headers["Authorization"] = f"Bearer {session['token']}"
            if self._store is not None:
                self._store.save(session)
            return True


def _code(response: httpx.Response) -> object:
    response.read()
    try:
        body: object = response.json()
    except ValueError:
        return None
    return cast("dict[str, object]", body).get("code") if isinstance(body, dict) else None
