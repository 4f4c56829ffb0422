"""What cannot start says why, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from vidmill_stack.conductor import StartFailed, assemble, up
from vidmill_stack.configuration import StackConfig
from vidmill_stack.environment import Secrets
from vidmill_stack.launch import process_identity
from vidmill_stack.locations import CHECKOUT
from vidmill_stack.processes import members, running_pid
from vidmill_stack.readiness import http_ready, wait_until


def stack_command(config: StackConfig, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **{k.upper(): str(v) for k, v in config.model_dump().items()}}
    return subprocess.run(
        [sys.executable, "-m", "vidmill_stack", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_taken_port_is_named_with_setting_and_remedy(config: StackConfig) -> None:
    with socket.create_server(("127.0.0.1", config.valkey_port)):
        result = stack_command(config, "up", "--servers")
    assert result.returncode == 1
    assert f"Port {config.valkey_port} (valkey) is taken by another program." in result.stderr
    assert "make up VALKEY_PORT=" in result.stderr
    assert "Nothing was started." in result.stderr
    assert not members(config.home)


def test_an_internal_port_of_s3_is_checked_too(config: StackConfig) -> None:
    with socket.create_server(("127.0.0.1", config.s3_port + 2)):
        result = stack_command(config, "up", "--servers")
    assert result.returncode == 1
    assert f"Port {config.s3_port + 2} (swift)" in result.stderr
    assert "make up S3_PORT=" in result.stderr


def test_one_port_for_two_programs_is_refused(config: StackConfig) -> None:
    clash = config.model_copy(update={"postgres_port": config.s3_port + 1})
    result = stack_command(clash, "up", "--servers")
    assert result.returncode == 1
    assert f"Port {clash.postgres_port} is asked for twice" in result.stderr


def test_a_bad_setting_is_named(config: StackConfig) -> None:
    result = stack_command(config.model_copy(update={"api_port": 99_999}), "up")
    assert result.returncode == 1
    assert "API_PORT" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_demo_of_a_file_that_is_not_there_starts_nothing(config: StackConfig) -> None:
    result = stack_command(config, "demo", "absent.mp4")
    assert result.returncode == 1
    assert result.stderr == f"There is no file {CHECKOUT / 'absent.mp4'}.\n"
    assert not members(config.home)


def test_status_and_down_of_a_stopped_stack(config: StackConfig) -> None:
    assert stack_command(config, "down").stdout == f"Nothing ran in {config.home.folder}.\n"
    result = stack_command(config, "status")
    assert result.returncode == 3
    assert "Nothing runs. Start it: make up" in result.stdout


def test_a_program_that_does_not_start_stops_all_and_shows_its_log(
    config: StackConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vidmill_stack.conductor.TRIES", 1)
    stack = assemble(config, servers_only=True, developer={})
    valkey = next(p for p in stack.programs if p.name == "valkey")
    broken = replace(
        valkey,
        argv=(valkey.argv[0], str(config.home.folder / "absent.conf")),
        ready=partial(http_ready, f"http://127.0.0.1:{config.valkey_port}/"),
    )
    with pytest.raises(StartFailed, match=r"valkey did not get ready[\s\S]*absent\.conf"):
        up(replace(stack, programs=[broken]), print, dies_with_us=True)
    assert not members(config.home)


def test_secrets_are_private_and_stay(config: StackConfig) -> None:
    first = assemble(config, servers_only=True, developer={})
    assert config.home.environment_file.stat().st_mode & 0o777 == 0o600
    second = assemble(config, servers_only=True, developer={"LEASE_SECONDS": "7"})
    assert first.secrets == second.secrets == Secrets.load(config.home)
    sourced = subprocess.run(
        ["sh", "-c", f". {config.home.environment_file}; echo $DATABASE_URL $LEASE_SECONDS"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert sourced.stdout == f"{second.services['DATABASE_URL']} 7\n"


def test_a_pid_file_of_another_process_is_not_believed(tmp_path: Path) -> None:
    pid, started, boot = process_identity(os.getpid()).split()
    file = tmp_path / "program.pid"
    file.write_text(f"{pid} {int(started) + 1} {boot}")
    assert running_pid(file) is None
    file.write_text(process_identity(os.getpid()))
    assert running_pid(file) == os.getpid()


SERVERS_TEST = """
def test_wait(servers):
    print(servers.config.home.folder, flush=True)
    input()
"""


@pytest.mark.faults
def test_servers_of_a_killed_pytest_die_with_it(tmp_path: Path) -> None:
    test = tmp_path / "test_wait.py"
    test.write_text(SERVERS_TEST)
    options = [
        "-q",
        "-s",
        "-p",
        "vidmill_stack.pytest_plugin",
        "-c",
        str(CHECKOUT / "pyproject.toml"),
        "--rootdir",
        str(tmp_path),
    ]
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", *options, str(test)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as session:
        assert session.stdout is not None
        folder = next(line.strip() for line in session.stdout if line.startswith("/"))
        files = list(Path(folder, "run").glob("*.pid"))
        started = [running_pid(file) for file in files]
        assert len(started) == 3
        assert None not in started
        session.send_signal(signal.SIGKILL)
    assert wait_until(lambda: not any(map(running_pid, files)), 30)
