"""Which processes belong together, and on which cores they run."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def family(pid: int) -> list[int]:
    """A process and its living descendants."""
    found = [pid]
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            for child in path.read_text().split():
                found += family(int(child))
    return found


def bind(pid: int, cores: set[int]) -> None:
    """Keep a process on these cores, and what it starts from now on."""
    # It may end meanwhile, or one of its threads.
    with suppress(FileNotFoundError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with suppress(ProcessLookupError):
                os.sched_setaffinity(int(thread.name), cores)


class Business:
    """How busy each core has been since this was made."""

    def __init__(self) -> None:
        self._before = _ticks()

    def shares(self) -> dict[int, float]:
        """By core, from 0 to 1."""
        shares: dict[int, float] = {}
        for core, (idle, total) in _ticks().items():
            idle_before, before = self._before[core]
            shares[core] = 1 - (idle - idle_before) / max(1, total - before)
        return shares


def _ticks() -> dict[int, tuple[int, int]]:
    """Idle ticks and all ticks of each core so far (proc_stat(5); waiting for a disk is idle, and
    a guest's time is part of the user's)."""
    found: dict[int, tuple[int, int]] = {}
    for line in Path("/proc/stat").read_text().splitlines():
        name, *numbers = line.split()
        if name.startswith("cpu") and name != "cpu":
            ticks = [int(number) for number in numbers[:8]]
            found[int(name.removeprefix("cpu"))] = (ticks[3] + ticks[4], sum(ticks))
    return found
