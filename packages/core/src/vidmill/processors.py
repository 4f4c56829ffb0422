"""How many processors this process may use."""

from __future__ import annotations

import math
import os
from pathlib import Path, PurePosixPath

_OWN_GROUP = Path("/proc/self/cgroup")
_GROUPS = Path("/sys/fs/cgroup")


def processors(own_group: Path = _OWN_GROUP, groups: Path = _GROUPS) -> int:
    """Processors that the kernel may run this process on, or fewer if it gives the process less of
    their time, as Kubernetes and Docker limit containers: at least 1, a part of one counts as one.

    `sched_getaffinity`, which libraries ask, knows nothing of that time: in a container with 2 of
    64 processors they start threads for 64. The limit is that of control groups, version 2
    (https://docs.kernel.org/admin-guide/cgroup-v2.html, cpu.max), of this group or one above it.
    """
    allowed = len(os.sched_getaffinity(0))
    shares = [_share(groups / folder / "cpu.max") for folder in _up_from(own_group)]
    return max(1, math.ceil(min([allowed, *shares])))


def _up_from(own_group: Path) -> list[PurePosixPath]:
    """The folder of this process's control group, and those above it."""
    try:
        lines = own_group.read_text().splitlines()
    except OSError:
        return []
    for line in lines:
        if line.startswith("0::/"):
            own = PurePosixPath(line.removeprefix("0::/"))
            return [own, *own.parents]
    return []


def _share(limit: Path) -> float:
    """Processors' worth of time that a control group may use."""
    try:
        quota, period = limit.read_text().split()
    except (OSError, ValueError):
        return math.inf
    return math.inf if quota == "max" else int(quota) / int(period)
