"""Starting and stopping the whole stack, in order, and saying what happens meanwhile."""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from functools import partial

from vidmill_stack import locations, programs
from vidmill_stack.configuration import StackConfig, developer_settings
from vidmill_stack.database_cluster import create_cluster, create_database
from vidmill_stack.environment import (
    Secrets,
    database_url,
    process_environment,
    service_environment,
    store,
)
from vidmill_stack.locations import CHECKOUT, Home
from vidmill_stack.ports import check_ports
from vidmill_stack.processes import end_leftovers
from vidmill_stack.programs import Program, Stage
from vidmill_stack.readiness import wait_until
from vidmill_stack.supervision import Supervisor, configuration

READY_SECONDS = 60.0
#: How often a program may end while it is waited for, before that is taken for an answer: what a
#: killed predecessor held (shared memory, ports) is released within one or two tries.
TRIES = 4
LOG_LINES, LOG_WIDTH = 20, 500

Say = Callable[[str], None]


class StartFailed(Exception):
    """A program of the stack did not get ready. Everything was stopped again."""


@dataclass(frozen=True)
class Stack:
    """One stack: what it consists of under given settings. Making one writes no secret but, the
    first time, `.vidmill/env`.
    """

    config: StackConfig
    secrets: Secrets
    services: dict[str, str]
    programs: list[Program] = field(default_factory=list[Program])

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its programs."""
        return process_environment(self.services)


def assemble(
    config: StackConfig,
    *,
    servers_only: bool = False,
    developer: dict[str, str] | None = None,
) -> Stack:
    """Gather a stack; generates its secrets and writes its files if it has none yet.

    With `servers_only` Vidmill's own programs are left to be run by hand. `developer` holds
    settings of the services, by default those of the environment and `.env`.
    """
    config.home.create()
    secrets = Secrets.load(config.home) or Secrets.generate()
    chosen = developer_settings(dict(os.environ)) if developer is None else developer
    services = service_environment(config, secrets, chosen)
    store(config.home, secrets, services)
    parts = programs.servers(config, secrets, services["CORS_ORIGINS"])
    if not servers_only:
        parts += programs.services(config, float(services.get("DRAIN_GRACE_SECONDS", "60")))
    return Stack(config, secrets, services, parts)


def sources_state() -> str:
    """A text that changes with the programs' files, so that `up` after a change runs the new."""
    files = [
        *CHECKOUT.glob("packages/*/src/**/*.py"),
        *CHECKOUT.glob("apps/*/src/**/*.py"),
        *CHECKOUT.glob("packages/core/src/**/*.sql"),
        *CHECKOUT.glob("apps/web/.next/standalone/.vidmill-sources"),
    ]
    return repr([(str(file), file.stat().st_mtime_ns) for file in sorted(files)])


@contextlib.contextmanager
def exclusive(home: Home) -> Generator[None]:
    """Only one command at a time starts or stops a stack; a second one waits."""
    with (home.run / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def up(stack: Stack, say: Say, *, dies_with_us: bool = False) -> None:
    """Start what does not run yet and return when all is ready.

    Raises `PortTaken` before anything is started, and `StartFailed` or `ClusterFailed` after
    stopping what was.
    """
    home = stack.config.home
    with exclusive(home):
        supervisor = Supervisor(home)
        text = configuration(home, stack.programs, stack.environment, sources_state())
        if supervisor.is_running and not supervisor.runs_with(text):
            say("Settings or sources changed: restarting.")
            supervisor.stop()
        fresh = not supervisor.is_running
        if fresh:
            if ended := end_leftovers(home):
                say(f"Ended {ended} processes of a stack whose supervisor was killed.")
            check_ports(stack.programs)
            create_cluster(home, stack.secrets)
            supervisor.start(text, stack.environment, dies_with_us=dies_with_us)
        try:
            start_stage(supervisor, stack, Stage.SERVERS, say)
            prepare_data(stack)
            start_stage(supervisor, stack, Stage.SERVICES, say)
        except BaseException:
            if fresh:
                supervisor.stop()
            raise


def start_stage(supervisor: Supervisor, stack: Stack, stage: Stage, say: Say) -> None:
    """Start one stage's programs and return when each is ready; raises `StartFailed`."""
    began = time.monotonic()
    waiting = [program for program in stack.programs if program.stage is stage]
    for program in waiting:
        supervisor.start_program(program)
    for program in waiting:
        remaining = READY_SECONDS - (time.monotonic() - began)
        give_up = partial(_keeps_failing, supervisor, program, set[int]())
        if not wait_until(partial(_works, supervisor, program), remaining, give_up=give_up):
            raise StartFailed(
                f"{program.name} did not get ready. "
                f"The end of its log:\n{log_tail(stack.config.home, program.name)}"
            )
        say(f"  {program.name:<9} ready")


def _works(supervisor: Supervisor, program: Program) -> bool:
    """Whether a program answers and Supervisor counts it as started, not as just tried."""
    return program.ready() and supervisor.states()[program.name].state == "RUNNING"


def _keeps_failing(supervisor: Supervisor, program: Program, pids: set[int]) -> bool:
    """Whether a program ended again and again; `pids` gathers those it has had."""
    if pid := supervisor.states()[program.name].pid:
        pids.add(pid)
    return len(pids) > TRIES


def prepare_data(stack: Stack) -> None:
    """Create the database and let Vidmill prepare it: migrations, bucket, presets, admin.

    Raises `StartFailed` with the words of what failed.
    """
    create_database(database_url(stack.config, stack.secrets, "postgres"), "vidmill")
    result = subprocess.run(
        [str(locations.python()), "-m", "vidmill.bootstrap"],
        env=stack.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    log = stack.config.home.logs / "bootstrap.log"
    log.write_text(result.stdout + result.stderr)
    if result.returncode != 0:
        raise StartFailed(f"Preparing the data failed:\n{log_tail(stack.config.home, 'bootstrap')}")


def down(home: Home) -> bool:
    """Stop a stack, the last started first; returns whether anything ran."""
    if not home.run.exists():
        return False
    with exclusive(home):
        supervisor = Supervisor(home)
        ran = supervisor.is_running
        if ran:
            supervisor.stop()
        return end_leftovers(home) > 0 or ran


def log_tail(home: Home, name: str) -> str:
    """The last lines of a program's log."""
    path = home.logs / f"{name}.log"
    if not path.exists():
        return "(no log)"
    lines = path.read_text(errors="replace").splitlines()[-LOG_LINES:]
    return "\n".join(line if len(line) <= LOG_WIDTH else f"{line[:LOG_WIDTH]} …" for line in lines)
