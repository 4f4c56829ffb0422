"""Supervisor over the stack's programs: its configuration, and talking to it.

Supervisor restarts what ends and stops all in order. When to start what is ours to say
(`conductor`), since Supervisor itself knows no readiness.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import shlex
import subprocess
import sys
import tempfile
import xmlrpc.client
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from supervisor.xmlrpc import SupervisorTransport

from vidmill_stack.environment import write_private
from vidmill_stack.locations import CHECKOUT, Home
from vidmill_stack.processes import running_pid
from vidmill_stack.programs import Program
from vidmill_stack.readiness import wait_until

NAME = "supervisord"
START_SECONDS = 20.0
#: Limit of a unix socket's path, sun_path in unix(7), less Supervisor's own suffix of a pid.
MAX_SOCKET_PATH = 107 - 12


class SupervisorFailed(Exception):
    """Supervisor did not start; its log says why."""


@dataclass(frozen=True)
class ProgramState:
    """What Supervisor knows of a program; `state` is one of its words, such as RUNNING."""

    name: str
    state: str
    pid: int
    uptime_seconds: int


def configuration(
    home: Home, programs: Iterable[Program], environment: dict[str, str], sources: str
) -> str:
    """Supervisor's file. Its first line is a digest of environment and `sources`, so that two texts
    are equal only if a restart would change nothing.
    """
    programs = list(programs)
    started_with = repr((sorted(environment.items()), sources))
    sections = [
        f"; started with {hashlib.sha256(started_with.encode()).hexdigest()}",
        _section(
            "supervisord",
            nodaemon="true",
            directory=CHECKOUT,
            logfile=home.logs / "supervisord.log",
            pidfile=home.run / "supervisord.own-pid",
            childlogdir=home.logs,
            logfile_maxbytes="5MB",
            logfile_backups=1,
            # Silences the warning about running as root, where it does.
            **({"user": "root"} if os.geteuid() == 0 else {}),
        ),
        _section("unix_http_server", file=socket_path(home), chmod="0600"),
        "[rpcinterface:supervisor]\n"
        "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n",
        *(_program(home, program) for program in programs),
    ]
    for group in sorted({program.group for program in programs} - {""}):
        grouped = [program for program in programs if program.group == group]
        names = ",".join(program.name for program in grouped)
        sections.append(_section(f"group:{group}", programs=names, priority=int(grouped[0].stage)))
    return "\n".join(sections)


def _program(home: Home, program: Program) -> str:
    environment = ",".join(f'{key}="{value}"' for key, value in program.environment.items())
    return _section(
        f"program:{program.name}",
        command=shlex.join(program.command(home)).replace("%", "%%"),
        environment=environment.replace("%", "%%"),
        priority=int(program.stage),
        autostart="false",
        autorestart="true",
        startsecs=1,
        # Never given up: what it needs (another server, memory) may come back at any time.
        # Supervisor waits one second longer after each failure.
        startretries=1000,
        stopsignal=program.stop_signal,
        stopwaitsecs=int(program.stop_seconds),
        # A program ends its own children when stopped; what is left when it is killed goes too.
        killasgroup="true",
        redirect_stderr="true",
        stdout_logfile=home.logs / f"{program.name}.log",
        stdout_logfile_maxbytes="10MB",
        stdout_logfile_backups=2,
    )


def _section(name: str, /, **values: object) -> str:
    lines = [f"{key} = {value}" for key, value in values.items() if value != ""]
    return "\n".join([f"[{name}]", *lines, ""])


def socket_path(home: Home) -> Path:
    """Supervisor's socket: in the stack's folder, or where that path is too long for a socket, in
    the system's folder for such files.
    """
    path = home.run / "supervisor.sock"
    if len(os.fsencode(path)) <= MAX_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(home.folder)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir(), f"vidmill-{os.getuid()}-{name}")
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / "supervisor.sock"


class Supervisor:
    """The supervisor of one stack."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._conf = home.run / "supervisord.conf"

    @property
    def is_running(self) -> bool:
        """Whether it lives and answers."""
        if running_pid(self.home.pid_file(NAME)) is None:
            return False
        try:
            self._call("getState")
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):
            return False
        return True

    def runs_with(self, text: str) -> bool:
        """Whether the running one was started with this configuration."""
        return self._conf.exists() and self._conf.read_text() == text

    def start(self, text: str, environment: dict[str, str], *, dies_with_us: bool = False) -> None:
        """Start it in the background, with all programs stopped; raises `SupervisorFailed`.

        With `dies_with_us` it stops, in order, when this process is gone.
        """
        write_private(self._conf, text)
        socket_path(self.home).unlink(missing_ok=True)
        signal_name = "TERM" if dies_with_us else "NONE"
        launcher = [sys.executable, "-I", "-S", str(Path(__file__).with_name("launch.py"))]
        command = [sys.executable, "-m", "supervisor.supervisord", "--configuration"]
        with (self.home.logs / "supervisord.out").open("wb") as output:
            process = subprocess.Popen(
                [
                    *launcher,
                    str(self.home.pid_file(NAME)),
                    signal_name,
                    "--",
                    *command,
                    str(self._conf),
                ],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # A session of its own: a Ctrl-C in the terminal is not meant for it.
                start_new_session=True,
            )
        if not wait_until(
            lambda: self.is_running, START_SECONDS, give_up=lambda: process.poll() is not None
        ):
            said = (self.home.logs / "supervisord.out").read_text(errors="replace")
            raise SupervisorFailed(f"The supervisor did not start:\n{said}")
        # It is left running on purpose: nothing here waits for it.
        process.returncode = 0

    def states(self) -> dict[str, ProgramState]:
        """Each program's state, by name."""
        infos = cast("list[dict[str, Any]]", self._call("getAllProcessInfo"))
        return {
            info["name"]: ProgramState(
                name=info["name"],
                state=info["statename"],
                pid=info["pid"],
                uptime_seconds=max(0, info["now"] - info["start"]) if info["pid"] else 0,
            )
            for info in infos
        }

    def start_program(self, program: Program) -> None:
        """Start a program unless it runs or is about to; does not wait."""
        if self.states()[program.name].state in {"RUNNING", "STARTING", "BACKOFF"}:
            return
        self._call("startProcess", f"{program.group or program.name}:{program.name}", False)

    def stop_program(self, program: Program) -> None:
        """Stop one program and leave it stopped."""
        self._call("stopProcess", f"{program.group or program.name}:{program.name}")

    def stop(self) -> None:
        """Stop all programs, the last started first, then itself; returns when all is over.

        How long that takes is bounded by the programs' own limits, after which they are killed.
        """
        pid_file = self.home.pid_file(NAME)
        self._call("shutdown")
        wait_until(lambda: running_pid(pid_file) is None, seconds=3600)

    def _call(self, method: str, *arguments: object) -> object:
        transport = SupervisorTransport(None, None, f"unix://{socket_path(self.home)}")
        # The host is a placeholder: the transport goes to the socket.
        with xmlrpc.client.ServerProxy(
            "http://127.0.0.1", transport=cast("xmlrpc.client.Transport", transport)
        ) as proxy:
            return getattr(proxy.supervisor, method)(*arguments)
