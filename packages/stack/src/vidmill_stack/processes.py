"""Finding and ending processes of a stack, never anyone else's.

A process is known by its pid file, which holds its start time too: a pid alone may have been
given to another process since. See `launch.write_pid_file`.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

from vidmill_stack.environment import MARK
from vidmill_stack.launch import process_identity
from vidmill_stack.locations import Home
from vidmill_stack.readiness import wait_until

#: Seconds that leftovers of a killed supervisor get to end by themselves before they are killed.
GRACE_SECONDS = 10


def running_pid(pid_file: Path) -> int | None:
    """The pid of the process that wrote the file, if it still runs."""
    try:
        identity = pid_file.read_text().strip()
        pid = int(identity.split()[0])
        alive = process_identity(pid) == identity and not _is_zombie(pid)
    except (OSError, ValueError, IndexError):
        return None
    return pid if alive else None


def _is_zombie(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def members(home: Home) -> set[int]:
    """All living processes of a stack: those with a pid file, and those that carry the stack's
    mark in their environment, as all children of its programs do.
    """
    found = {pid for file in home.run.glob("*.pid") if (pid := running_pid(file)) is not None}
    mark = f"{MARK}={home.folder}".encode()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            marked = mark in (entry / "environ").read_bytes().split(b"\0")
            if marked and not _is_zombie(int(entry.name)):
                found.add(int(entry.name))
        except OSError:
            continue  # It ended meanwhile, or belongs to another user.
    return found


def end_leftovers(home: Home) -> int:
    """End every process of a stack whose supervisor is gone; returns how many there were."""
    left = members(home)
    if left and not wait_until(lambda: not members(home), GRACE_SECONDS):
        for pid in members(home):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        wait_until(lambda: not members(home), GRACE_SECONDS)
    for file in home.run.glob("*.pid"):
        file.unlink(missing_ok=True)
    return len(left)
