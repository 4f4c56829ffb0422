"""One server without a supervisor, as tests want it: to be started, killed and restarted."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from vidmill_stack.locations import Home
from vidmill_stack.programs import Program
from vidmill_stack.readiness import wait_until

START_SECONDS = 60.0

#: Starts every server: for the kernel, the parent whose end is theirs (PR_SET_PDEATHSIG, prctl(2))
#: is the thread that started them, and a thread of an event loop's pool ends with its test.
_STARTER = ThreadPoolExecutor(1, thread_name_prefix="server-starter")


class ServerFailed(Exception):
    """A server did not start; the end of its log follows."""


class ServerProcess:
    """A program as a child of this process, with which it dies."""

    def __init__(self, program: Program, home: Home, environment: dict[str, str]) -> None:
        self.program = program
        self.home = home
        self.environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id; raises `ServerFailed` while it is not running."""
        if self._process is None or self._process.poll() is not None:
            raise ServerFailed(f"{self.program.name} is not running")
        return self._process.pid

    def spawn(self) -> None:
        """Start without waiting."""
        log = self.home.logs / f"{self.program.name}.log"
        with log.open("ab") as output:
            self._process = _STARTER.submit(
                subprocess.Popen[bytes],
                self.program.command(self.home),
                env={**self.environment, **self.program.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
            ).result()

    def start(self) -> None:
        """Start and return when it is ready; raises `ServerFailed`."""
        self.spawn()
        self.wait_ready()

    def wait_ready(self) -> None:
        """Return when it is ready. As a supervisor would, starts it again if it ends before: after
        a kill, what it held (shared memory, ports) takes a moment to be released.
        """
        deadline = time.monotonic() + START_SECONDS
        while not wait_until(
            self.program.ready, deadline - time.monotonic(), give_up=lambda: not self.is_running
        ):
            if time.monotonic() > deadline:
                log = self.home.logs / f"{self.program.name}.log"
                tail = log.read_text(errors="replace").splitlines()[-20:]
                raise ServerFailed("\n".join([f"{self.program.name} did not start:", *tail]))
            time.sleep(0.1)
            self.spawn()

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End it as a power failure would: SIGKILL, no clean-up."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order; safe to repeat."""
        self._end(signal.Signals[f"SIG{self.program.stop_signal}"])

    def restart(self) -> None:
        """Stop in order, then start; raises `ServerFailed`."""
        self.stop()
        self.start()

    def _end(self, number: signal.Signals) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        os.kill(self._process.pid, number)
        try:
            self._process.wait(self.program.stop_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
