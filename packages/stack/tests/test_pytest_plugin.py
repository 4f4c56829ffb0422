"""The fixtures that all other tests stand on."""

from __future__ import annotations

import subprocess
import threading

import psycopg
import pytest
import redis

from vidmill.settings import Settings
from vidmill.storage import Storage
from vidmill_stack.pytest_plugin import MakeSettings, Servers


def test_the_environment_has_no_say(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEASE_SECONDS", "77")
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/prod")
    settings = make_settings(task_max_attempts=2)
    assert settings.lease_seconds == Settings.model_fields["lease_seconds"].default
    assert "elsewhere" not in settings.database_url.get_secret_value()
    assert settings.task_max_attempts == 2


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_a_migrated_database_and_an_empty_valkey(
    settings: Settings, turn: int
) -> None:
    with psycopg.connect(settings.database_url.get_secret_value()) as connection:
        users = connection.execute("SELECT email, role FROM users").fetchall()
        assert [role for _, role in users] == ["admin"]
        assert connection.execute("SELECT count(*) FROM purges").fetchone() == (0,)
        connection.execute("INSERT INTO purges (prefix) VALUES ('left-behind/')")
        connection.execute("DELETE FROM presets")
        connection.execute("UPDATE users SET role = 'user'")
    with redis.Redis.from_url(settings.redis_url.get_secret_value()) as client:
        assert client.keys() == []
        client.set("turn", turn)


@pytest.mark.parametrize("how", ["kill", "stop"])
async def test_servers_keep_what_was_stored(servers: Servers, settings: Settings, how: str) -> None:
    storage = Storage(settings)
    try:
        await storage.put("kept/object", b"bytes", content_type="text/plain")
        with redis.Redis.from_url(settings.redis_url.get_secret_value()) as client:
            client.set("kept", "value")
        for server in (servers.postgres, servers.valkey, servers.swift):
            getattr(server, how)()
            assert not server.is_running
            server.start()
        assert await storage.read("kept/object") == b"bytes"
        with redis.Redis.from_url(settings.redis_url.get_secret_value()) as client:
            assert client.get("kept") == b"value"
        with psycopg.connect(settings.database_url.get_secret_value()) as connection:
            assert connection.execute("SELECT count(*) FROM users").fetchone() == (1,)
    finally:
        storage.close()


def test_a_stopped_server_is_healed_for_the_next_test(servers: Servers) -> None:
    servers.valkey.kill()
    servers.heal()
    assert servers.valkey.program.ready()


def test_a_server_outlives_the_thread_that_started_it(servers: Servers) -> None:
    """As one from `asyncio.to_thread` is, whose threads end with the test's event loop."""
    servers.valkey.kill()
    thread = threading.Thread(target=servers.valkey.start)
    thread.start()
    thread.join()
    process = servers.valkey._process
    assert process is not None
    # The kernel's signal would have come with the thread's end.
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.5)
    assert servers.valkey.program.ready()


def test_flushing(servers: Servers, settings: Settings) -> None:
    with redis.Redis.from_url(settings.redis_url.get_secret_value()) as client:
        client.set("key", "value")
        servers.flush_valkey()
        assert client.get("key") is None
