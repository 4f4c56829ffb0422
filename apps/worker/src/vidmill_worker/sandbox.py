"""Child processes that read hostile files: limited, confined, alone in their session, gone when we
are.

`setpriv` and `prlimit` (util-linux) set the limits between fork and exec, and a line of shell sees
that we are still there: Python's own hook for that (preexec_fn) can deadlock in a process that has
threads. What a child may touch is taken from the thread that starts it, for children inherit that
(`confinement`).
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

from vidmill_worker.confinement import Reach, confine_thread


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """Limits of one child. None leaves that limit as it is."""

    memory_bytes: int | None = None
    """Private memory (RLIMIT_DATA): not address space, of which threads and drivers reserve much
    that they never use. Threads' stacks count, so leave room: 1 GiB is little for an encoder."""
    file_bytes: int | None = None
    """Largest file it may write; more ends it with SIGXFSZ."""
    cpu_seconds: int | None = None
    niceness: int = 0
    """How far it stands back behind other processes of the machine, from 0 to 19 (nice(2))."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended. A negative code is the signal that killed it."""

    returncode: int
    cpu_seconds: float
    """User and system time of all its threads."""
    peak_memory_bytes: int


class Child:
    """A started child; `stdout` and `stderr` are readable streams. End it with `kill`."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        stdout: asyncio.StreamReader,
        stderr: asyncio.StreamReader,
        transports: Sequence[asyncio.ReadTransport],
    ) -> None:
        self.pid = process.pid
        self.stdout = stdout
        self.stderr = stderr
        self._process = process
        self._transports = transports
        self._ended: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()
        self._pidfd = os.pidfd_open(self.pid)
        asyncio.get_running_loop().add_reader(self._pidfd, self._reap)

    async def wait(self) -> Ended:
        """Wait for the child's end. May be called again, and be cancelled, without harm."""
        return await asyncio.shield(self._ended)

    async def kill(self) -> None:
        """Kill the child's whole process group and wait until it is gone. Idempotent."""
        if not self._ended.done():
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            await self.wait()
        for transport in self._transports:
            transport.close()

    def _reap(self) -> None:
        """wait4 instead of asyncio's own child watcher: that one throws the CPU time away."""
        asyncio.get_running_loop().remove_reader(self._pidfd)
        os.close(self._pidfd)
        _, status, usage = os.wait4(self.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        self._process.returncode = code
        if not self._ended.done():
            self._ended.set_result(
                Ended(code, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)
            )


async def start(
    argv: Sequence[str], limits: ProcessLimits, reach: Reach, cwd: Path | None = None
) -> Child:
    """Start `argv` with an empty environment, no input, its own session, `limits`, and nothing
    but `reach` to touch. The kernel kills it when this process ends (pdeathsig).

    Raises OSError if it can't be started.
    """
    process = _spawn(argv, limits, reach, cwd)
    _set_aside(process.pid, limits.niceness)
    assert process.stdout is not None
    assert process.stderr is not None
    out, out_transport = await _reader(process.stdout)
    err, err_transport = await _reader(process.stderr)
    return Child(process, out, err, (out_transport, err_transport))


def _spawn(
    argv: Sequence[str], limits: ProcessLimits, reach: Reach, cwd: Path | None
) -> subprocess.Popen[bytes]:
    """Start it from a thread of its own, which is confined and lives as long as the child: its end
    would be the child's (prctl(2), PR_SET_PDEATHSIG)."""
    started: Future[subprocess.Popen[bytes]] = Future()

    def live() -> None:
        try:
            with suppress(OSError):
                # Its dozens of threads then never interrupt one another, nor a server (sched(7)).
                os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
            confine_thread(argv[0], reach)
            process = subprocess.Popen(
                [*_prefix(limits), *argv],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={},
                cwd=cwd,
                start_new_session=True,
                close_fds=True,
            )
        except BaseException as error:  # noqa: BLE001  # raised again by who waits for it
            started.set_exception(error)
            return
        started.set_result(process)
        with suppress(ChildProcessError):
            # Not reaped here: `Child` does that, and learns what it used.
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)

    threading.Thread(target=live, name="sandbox", daemon=True).start()
    # Some milliseconds: fork and exec alone.
    return started.result()


def _set_aside(pid: int, niceness: int) -> None:
    """What can only be said of a process that is there."""
    with suppress(OSError):
        # A machine that runs out of memory takes it from the child, not from the worker.
        Path(f"/proc/{pid}/oom_score_adj").write_text("1000", encoding="ascii")
    if niceness:
        # Kernels that group processes by session (autogroup, sched(7)) look at the niceness of
        # the group alone, and every child has a session of its own.
        with suppress(OSError):
            Path(f"/proc/{pid}/autogroup").write_text(str(niceness), encoding="ascii")


#: Who dies before setpriv has run leaves its child another parent, and no signal comes any more
#: (prctl(2), PR_SET_PDEATHSIG): then it ends by itself, before it has begun.
_UNLESS_ORPHAN = """[ "$PPID" = "$0" ] || exit 1; exec "$@" """


def _prefix(limits: ProcessLimits) -> list[str]:
    flags = ["--core=0"]
    if limits.memory_bytes is not None:
        flags.append(f"--data={limits.memory_bytes}")
    if limits.file_bytes is not None:
        flags.append(f"--fsize={limits.file_bytes}")
    if limits.cpu_seconds is not None:
        flags.append(f"--cpu={limits.cpu_seconds}")
    aside = [_tool("nice"), "-n", str(limits.niceness)] if limits.niceness else []
    return [
        *aside,
        *(_tool("setpriv"), "--pdeathsig", "KILL", "--no-new-privs", "--"),
        *(_tool("sh"), "-c", _UNLESS_ORPHAN, str(os.getpid())),
        *(_tool("prlimit"), *flags, "--"),
    ]


@cache
def _tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        package = {"nice": "coreutils", "sh": "dash"}.get(name, "util-linux")
        raise RuntimeError(f"{name} is missing. Install the package {package}, then start again.")
    return path


async def _reader(pipe: IO[bytes]) -> tuple[asyncio.StreamReader, asyncio.ReadTransport]:
    stream = asyncio.StreamReader(limit=2**20)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stream), pipe
    )
    return stream, transport
