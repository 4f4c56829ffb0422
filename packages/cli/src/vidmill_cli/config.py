"""Which server, and as whom: from the environment or from what `vidmill login` stored."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from vidmill_cli.errors import NotSignedIn

if TYPE_CHECKING:
    from vidmill_cli.client import Client
    from vidmill_cli.models import Session

#: Where `make up` of the project answers.
DEFAULT_URL = "http://127.0.0.1:8080"
URL_VARIABLE = "VIDMILL_URL"
KEY_VARIABLE = "VIDMILL_API_KEY"


@dataclass(frozen=True, slots=True)
class Login:
    """What was stored by `vidmill login`; either an API key or a session's tokens."""

    url: str
    api_key: str | None = None
    token: str | None = None
    refresh_token: str | None = None
    email: str | None = None


def config_path() -> Path:
    """`vidmill/login.json` below XDG_CONFIG_HOME (XDG Base Directory Specification 0.8)."""
    home = os.environ.get("XDG_CONFIG_HOME")
    return (Path(home) if home else Path.home() / ".config") / "vidmill" / "login.json"


def stored_login() -> Login | None:
    """None if nobody signed in here, or the file is not ours to understand."""
    try:
        content: object = json.loads(config_path().read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(content, dict):
        return None
    values = cast("dict[str, Any]", content)
    known = {name: values.get(name) for name in Login.__slots__}
    if not isinstance(known["url"], str):
        return None
    return Login(**cast("dict[str, Any]", known))


def store_login(login: Login) -> Path:
    """Write the file, readable by its owner alone; raises `OSError`."""
    path = config_path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # mkstemp makes the file with mode 0600, so that it is at no moment readable by others.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".login")
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        json.dump({k: v for k, v in asdict(login).items() if v is not None}, out, indent=2)
    Path(name).replace(path)
    return path


def forget_login() -> bool:
    """Remove the file; False if there was none."""
    path = config_path()
    existed = path.exists()
    path.unlink(missing_ok=True)
    return existed


def server_url(login: Login | None) -> str:
    """VIDMILL_URL, else the server that was signed in at, else the local one."""
    url = os.environ.get(URL_VARIABLE) or (login.url if login else DEFAULT_URL)
    return url.rstrip("/")


def connect() -> Client:
    """A client for the server and account in question.

    What is stored for one server is never sent to another. Raises `InvalidAddress`, and
    `NotSignedIn` if there is nothing to sign in with.
    """
    # Loading httpx takes longer than everything else together, and --help needs none of it.
    from vidmill_cli.client import Client  # noqa: PLC0415

    login = stored_login()
    url = server_url(login)
    key = os.environ.get(KEY_VARIABLE)
    if key:
        return Client(url, api_key=key)
    if login is not None and login.url == url:
        return connect_to(login)
    raise NotSignedIn(401, "not_signed_in", f"Nobody is signed in at {url}.")


def connect_to(login: Login) -> Client:
    """A client for a stored login, which keeps its tokens there. Raises `InvalidAddress`."""
    from vidmill_cli.client import Client  # noqa: PLC0415  # as above

    return Client(
        login.url,
        api_key=login.api_key,
        token=login.token,
        refresh_token=login.refresh_token,
        store=StoredTokens(login),
    )


@dataclass(frozen=True, slots=True)
class StoredTokens:
    """The tokens of a login, in its file."""

    login: Login

    def load(self) -> str | None:
        """The refresh token that was stored last for the same account; None if somebody else
        signed in meanwhile, or nobody is."""
        stored = self._stored()
        return stored.refresh_token if stored else None

    def save(self, session: Session) -> None:
        """Keep what was renewed, unless the login was replaced or forgotten. Raises `OSError`."""
        if stored := self._stored():
            token, refresh_token = session["token"], session["refresh_token"]
            store_login(replace(stored, token=token, refresh_token=refresh_token))

    def _stored(self) -> Login | None:
        stored = stored_login()
        if stored is None or (stored.url, stored.email) != (self.login.url, self.login.email):
            return None
        return stored
