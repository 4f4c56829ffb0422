"""The product as `make up` starts it: everything answers, and whatever is killed comes back."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from vidmill_stack.demo import run_demo
from vidmill_stack.processes import members
from vidmill_stack.programs import services
from vidmill_stack.readiness import wait_until
from vidmill_stack.running_stack import RunningStack
from vidmill_stack.status import status_lines


def proc_fds(pid: int) -> list[Path]:
    return [link for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()]


def socket_tables() -> list[str]:
    """Lines of listening TCP sockets; see /proc/net/tcp in proc(5)."""
    tables = [Path(f"/proc/net/{name}").read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
    return [line for table in tables for line in table if line.split()[3] == "0A"]


async def test_everything_runs(stack: RunningStack) -> None:
    states = {state.name: state.state for state in stack.supervisor.states().values()}
    expected = {"postgres", "valkey", "swift"}
    expected |= {program.name for program in services(stack.config, drain_seconds=0)}
    assert states == dict.fromkeys(expected, "RUNNING")
    async with stack.client() as client:
        answer = await client.get("/api/v1/jobs")
    assert answer.status_code == 200


async def test_a_new_user_can_sign_in(stack: RunningStack) -> None:
    account = await stack.create_user()
    async with stack.client(account.api_key) as client:
        me = await client.get("/api/v1/auth/me")
        login = await client.post(
            "/api/v1/auth/login", json={"email": account.email, "password": account.password}
        )
    assert me.json()["id"] == str(account.id)
    assert login.status_code == 200


def test_no_process_listens_beyond_loopback(stack: RunningStack) -> None:
    inodes = {link.readlink().name for pid in members(stack.config.home) for link in proc_fds(pid)}
    listening = [line.split() for line in socket_tables()]
    ours = [fields for fields in listening if f"socket:[{fields[9]}]" in inodes]
    assert len(ours) >= 10
    assert {fields[1].split(":")[0] for fields in ours} == {"0100007F"}


def test_status_shows_programs_addresses_and_key(stack: RunningStack) -> None:
    text = "\n".join(status_lines(stack.config))
    assert "worker-2  RUNNING" in text
    assert f"http://127.0.0.1:{stack.config.web_port}" in text
    assert stack.admin_api_key in text


def test_the_demo_prints_renditions_and_where_to_play(
    stack: RunningStack, capfd: pytest.CaptureFixture[str]
) -> None:
    run_demo(stack.config.home, stack.environment, None)
    printed = capfd.readouterr().out
    for expected in ("1080p", "360p", "1920×1080", "master.m3u8", f"{stack.web_url}/jobs/"):
        assert expected in printed


@pytest.mark.faults
@pytest.mark.parametrize("name", ["api", "graphql", "worker-1", "reaper", "notifier"])
def test_a_killed_service_is_started_again(stack: RunningStack, name: str) -> None:
    program = next(p for p in services(stack.config, drain_seconds=0) if p.name == name)
    former = stack.pid(name)
    stack.signal(name, signal.SIGKILL)
    assert wait_until(lambda: stack.supervisor.states()[name].pid not in {0, former}, 20)
    assert wait_until(program.ready, 20)
