"""A session of the command goes on when its token has run out, until signing out ends it."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt
import psycopg
import pytest

from vidmill.tokens import Signer
from vidmill_cli import config
from vidmill_cli.client import Client
from vidmill_cli.errors import NotSignedIn

from .conftest import ApiThread, Command
from .test_command import password_of


def stored(command: Command) -> Path:
    return command.home / "config" / "vidmill" / "login.json"


def run_out(api: ApiThread, token: str) -> str:
    """The same token, but of an hour ago."""
    claims = jwt.decode(token, options={"verify_signature": False})
    signer = Signer(api.settings.secret_key.get_secret_value())
    return signer.access(UUID(claims["sub"]), UUID(claims["sid"]), ttl_seconds=-3600)[0]


def tokens(api: ApiThread, refresh_token: str) -> str:
    """An access token of the session that a refresh token is of."""
    signer = Signer(api.settings.secret_key.get_secret_value())
    session_id, _ = signer.refresh_session(refresh_token)
    return signer.access(UUID(int=0), session_id, ttl_seconds=60)[0]


@pytest.fixture
def signed_in(anonymous: Command, api: ApiThread) -> Command:
    """The command with a session whose token has run out."""
    email, password = api.settings.admin_email, password_of(api.settings)
    assert anonymous("login", "--url", api.url, "--email", email, stdin=password + "\n").code == 0
    login: dict[str, Any] = json.loads(stored(anonymous).read_text())
    stored(anonymous).write_text(json.dumps({**login, "token": run_out(api, login["token"])}))
    return anonymous


def test_the_next_token_is_fetched_and_stored(signed_in: Command) -> None:
    before = json.loads(stored(signed_in).read_text())
    assert signed_in("jobs").code == 0
    after = json.loads(stored(signed_in).read_text())
    assert after["token"] != before["token"]
    assert after["refresh_token"] != before["refresh_token"]
    assert {**before, "token": 0, "refresh_token": 0} == {**after, "token": 0, "refresh_token": 0}
    assert signed_in("jobs").code == 0
    assert json.loads(stored(signed_in).read_text()) == after, "a good token stays"


def test_signing_out_ends_the_session_at_the_server(signed_in: Command, api: ApiThread) -> None:
    refresh_token = json.loads(stored(signed_in).read_text())["refresh_token"]
    assert signed_in("logout").stdout == "Signed out.\n"
    assert not stored(signed_in).exists()
    token = run_out(api, tokens(api, refresh_token))
    with (
        Client(api.url, token=token, refresh_token=refresh_token) as client,
        pytest.raises(NotSignedIn),
    ):
        client.me()


def test_signing_out_without_the_server_forgets_all_the_same(
    signed_in: Command, api: ApiThread
) -> None:
    api.stop()
    done = signed_in("logout")
    assert (done.code, done.stdout) == (0, "Signed out.\n")
    assert "The session goes on" in done.stderr
    assert not stored(signed_in).exists()


def test_a_client_goes_on_after_another_program_did(
    signed_in: Command, api: ApiThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(signed_in.home / "config"))
    login = config.stored_login()
    assert login is not None
    with config.connect_to(login) as client:
        assert signed_in("jobs").code == 0
        with psycopg.connect(api.settings.database_url.get_secret_value()) as db:
            db.execute("UPDATE sessions SET renewed_at = now() - interval '1 hour'")
        assert client.me()["email"] == api.settings.admin_email
    assert signed_in("jobs").code == 0


def test_a_client_stays_who_it_is_when_somebody_else_signs_in(
    signed_in: Command, api: ApiThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(signed_in.home / "config"))
    login = config.stored_login()
    assert login is not None
    other = replace(login, email="bob@example.com", token="bobs", refresh_token="bobs")
    config.store_login(other)
    with config.connect_to(login) as client:
        assert client.me()["email"] == api.settings.admin_email
    assert config.stored_login() == other


def test_what_was_forgotten_is_not_stored_again(
    signed_in: Command, api: ApiThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(signed_in.home / "config"))
    login = config.stored_login()
    assert login is not None
    config.forget_login()
    with config.connect_to(login) as client:
        assert client.me()["email"] == api.settings.admin_email
    assert config.stored_login() is None


def test_one_renewal_is_enough_for_many_threads(api: ApiThread) -> None:
    with Client(api.url) as client:
        session = client.login(api.settings.admin_email, password_of(api.settings))
        expired = run_out(api, session["token"])
        client.transport.set_header("Authorization", f"Bearer {expired}")
        start = threading.Barrier(8)

        def ask(_: int) -> str:
            start.wait()
            return client.me()["email"]

        with ThreadPoolExecutor(8) as threads:
            assert set(threads.map(ask, range(8))) == {api.settings.admin_email}
    with psycopg.connect(api.settings.database_url.get_secret_value()) as db:
        assert db.execute("SELECT generation FROM sessions").fetchall() == [(1,)]


def test_events_are_followed_on(api: ApiThread, clip: Path) -> None:
    with Client(api.url) as client:
        session = client.login(api.settings.admin_email, password_of(api.settings))
        job = client.create_job(video_id=client.upload(clip)["video_id"])
        expired = run_out(api, session["token"])
        client.transport.set_header("Authorization", f"Bearer {expired}")
        assert next(client.events(job["id"]))["id"] == job["id"]
