"""The servers under their supervisor: started, killed, stopped and started again, for real."""

from __future__ import annotations

import os
import signal
from email.utils import formatdate
from pathlib import Path

import httpx
import psycopg
import pytest
import redis

from vidmill_stack.conductor import Stack, down, up
from vidmill_stack.processes import members, running_pid
from vidmill_stack.programs import Program
from vidmill_stack.readiness import wait_until
from vidmill_stack.supervision import NAME, Supervisor


def pids(stack: Stack) -> dict[str, int | None]:
    home = stack.config.home
    return {p.name: running_pid(home.pid_file(p.name)) for p in stack.programs}


def program(stack: Stack, name: str) -> Program:
    return next(p for p in stack.programs if p.name == name)


def heals(stack: Stack, name: str, former: int) -> bool:
    return wait_until(
        lambda: pids(stack)[name] not in {None, former} and program(stack, name).ready(), 30
    )


def write_marks(stack: Stack) -> None:
    with psycopg.connect(stack.services["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS mark (value text)")
        connection.execute("INSERT INTO mark VALUES ('kept')")
    with redis.Redis.from_url(stack.services["REDIS_URL"]) as client:
        client.set("mark", "kept")


def assert_marks(stack: Stack) -> None:
    with psycopg.connect(stack.services["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT value FROM mark").fetchone()
    assert row == ("kept",)
    with redis.Redis.from_url(stack.services["REDIS_URL"]) as client:
        assert client.get("mark") == b"kept"


def is_alive(pid: int) -> bool:
    try:
        # Empty for a zombie: this process does not wait for the supervisor it started.
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except FileNotFoundError:
        return False


def listening_addresses(ports: set[int]) -> set[str]:
    """Local addresses of listening sockets on these ports; see /proc/net/tcp in proc(5)."""
    found: set[str] = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            address, port = line.split()[1].split(":")
            if line.split()[3] == "0A" and int(port, 16) in ports:
                found.add(address)
    return found


def test_all_listen_on_loopback_only(server_stack: Stack) -> None:
    ports = {n for p in server_stack.programs for numbers in p.ports.values() for n in numbers}
    assert listening_addresses(ports) == {"0100007F"}


def test_postgres_does_not_run_as_root(server_stack: Stack) -> None:
    pid = pids(server_stack)["postgres"]
    uid = next(
        line.split()[1]
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if line.startswith("Uid:")
    )
    # Root of a namespace without power over the machine, where `nobody` cannot reach the checkout.
    confined = Path(f"/proc/{pid}/ns/user").readlink() != Path("/proc/self/ns/user").readlink()
    assert uid != "0" or confined


def test_servers_want_their_passwords(server_stack: Stack) -> None:
    config = server_stack.config
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(f"postgresql://vidmill:wrong@127.0.0.1:{config.postgres_port}/vidmill")
    url = f"redis://127.0.0.1:{config.valkey_port}/0"
    with (
        redis.Redis.from_url(url, retry=None) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()
    # Signature version 2, whose header is short enough to write by hand.
    answer = httpx.get(
        f"http://127.0.0.1:{config.s3_port}/videos",
        headers={"Authorization": "AWS vidmill:nobody:wrong", "Date": formatdate()},
    )
    assert answer.status_code == 403


def test_browsers_may_upload_from_the_web_pages_only(server_stack: Stack) -> None:
    config = server_stack.config
    url = f"http://127.0.0.1:{config.s3_port}/videos/uploads/key"
    # As in a presigned URL; a preflight is answered before the signature counts.
    url += "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=key&X-Amz-Signature=0"
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-test"}
    ours = f"http://localhost:{config.web_port}"
    answer = httpx.options(url, headers={"Origin": ours, **asked})
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == ours
    assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
    other = httpx.options(url, headers={"Origin": "http://example.com", **asked})
    assert "Access-Control-Allow-Origin" not in other.headers


def test_up_again_changes_nothing(server_stack: Stack) -> None:
    before = pids(server_stack)
    said: list[str] = []
    up(server_stack, said.append)
    assert pids(server_stack) == before
    assert said == [f"  {p.name:<9} ready" for p in server_stack.programs]


@pytest.mark.faults
@pytest.mark.parametrize("name", ["postgres", "valkey", "swift"])
def test_a_killed_server_is_started_again(server_stack: Stack, name: str) -> None:
    write_marks(server_stack)
    former = pids(server_stack)[name]
    assert former is not None
    os.kill(former, signal.SIGKILL)
    assert heals(server_stack, name, former)
    assert_marks(server_stack)


@pytest.mark.faults
def test_a_killed_child_of_swift_is_started_again(server_stack: Stack) -> None:
    node = pids(server_stack)["swift"]
    assert node is not None
    children = Path(f"/proc/{node}/task/{node}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGKILL)
    assert heals(server_stack, "swift", node)


@pytest.mark.faults
def test_up_after_the_supervisor_was_killed(server_stack: Stack) -> None:
    write_marks(server_stack)
    home = server_stack.config.home
    before = pids(server_stack)
    supervisor = running_pid(home.pid_file(NAME))
    assert supervisor is not None
    os.kill(supervisor, signal.SIGKILL)
    up(server_stack, print, dies_with_us=True)
    after = pids(server_stack)
    assert None not in after.values()
    assert not set(after.values()) & set(before.values())
    assert_marks(server_stack)


def test_down_leaves_no_process_and_up_finds_the_data(server_stack: Stack) -> None:
    write_marks(server_stack)
    home = server_stack.config.home
    running = members(home)
    assert len(running) >= 8  # supervisor, PostgreSQL, Valkey, and the five of Swift
    assert down(home)
    assert not any(is_alive(pid) for pid in running)
    assert not members(home)
    assert not down(home)
    up(server_stack, print, dies_with_us=True)
    assert_marks(server_stack)


def test_changed_settings_restart_the_stack(server_stack: Stack) -> None:
    before = pids(server_stack)
    changed = Stack(
        server_stack.config,
        server_stack.secrets,
        {**server_stack.services, "LOG_LEVEL": "DEBUG"},
        server_stack.programs,
    )
    said: list[str] = []
    up(changed, said.append, dies_with_us=True)
    assert said[0] == "Settings or sources changed: restarting."
    assert not set(pids(server_stack).values()) & set(before.values())
    assert Supervisor(server_stack.config.home).is_running
