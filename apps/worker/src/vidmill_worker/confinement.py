"""Take away from a thread, and so from each process it starts, all that reading a video needs not.

Two mechanisms of Linux that need no privileges and work in containers too. Landlock (landlock(7))
leaves only named files and one TCP port; it also hides other processes and what they hold in
memory. A seccomp filter (seccomp(2)) leaves no sockets and none of the system calls that exploits
of the kernel begin with. Both hold for one thread alone, for good, and for all its children.

Spoken to with ctypes, for Python has no bindings of its own. Structures and numbers are those of
linux/landlock.h, linux/seccomp.h and linux/filter.h.
"""

from __future__ import annotations

import ctypes
import inspect
import logging
import os
import platform
import struct
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vidmill.errors import VidmillError
from vidmill_worker import system_calls

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reach:
    """What a process may touch beside the system's programs and libraries."""

    reads: tuple[Path, ...] = ()
    """Files, or folders with all that is in them."""
    writes: tuple[Path, ...] = ()
    """Folders, also for reading."""
    port: int | None = None
    """The one TCP port it may connect to; without it there is no network at all."""
    devices: tuple[str, ...] = ()
    """Patterns of device files, or of folders of such, that it may open for everything: for
    encoders in hardware."""


class SandboxMissing(VidmillError):
    """SANDBOX_REQUIRED is set, and this kernel cannot confine FFmpeg. See docs/security.md."""

    code = "sandbox_missing"


_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_READ = _READ_FILE | _READ_DIR
_CHANGE = (1 << 15) - 1 - _EXECUTE - (1 << 6) - (1 << 11)
"""Everything in a folder but to run programs and make devices."""
_SINCE = {(1 << 13) - 1: 1, 1 << 13: 2, _TRUNCATE: 3, _IOCTL_DEV: 5}
"""In which version of Landlock rights came; the second is to move files between folders."""
_CONNECT = 2

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_PATH_BENEATH, _NET_PORT = 1, 2
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 22, 38
_MODE_FILTER = 2

_PROGRAMS = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/opt", "/nix")
_SYSTEM = (
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/fonts", "/etc/localtime"),
    # How many processors there are, and of which kind.
    *("/proc/cpuinfo", "/proc/meminfo", "/proc/sys/vm/overcommit_memory", "/sys"),
    *("/dev/zero", "/dev/random", "/dev/urandom"),
)


def missing() -> list[str]:
    """What this kernel can't do of all this, each in a few words."""
    found: list[str] = []
    if not landlock_version():
        found.append("no Landlock: FFmpeg can read every file that the worker can")
    elif landlock_version() < 4:
        found.append("a Landlock before version 4: FFmpeg can connect to any port for a source")
    if not _has_seccomp():
        found.append("no seccomp filters: FFmpeg can open sockets")
    return found


def require(required: bool) -> None:
    """Log what is missing. Raises `SandboxMissing` where something is and must not be."""
    lacks = missing()
    if lacks and required:
        raise SandboxMissing(f"{inspect.cleandoc(SandboxMissing.__doc__ or '')} {'; '.join(lacks)}")
    for lack in lacks:
        log.warning("the kernel has %s (docs/security.md)", lack)


@cache
def landlock_version() -> int:
    """The kernel's Landlock ABI; 0 where there is none, or it is switched off."""
    return max(0, _syscall(_CREATE_RULESET, 0, 0, 1))


def confine_thread(program: str, reach: Reach) -> None:
    """Leave this thread, and all it starts, nothing but the program and `reach`, as far as the
    kernel can. There is no way back: the thread is of no further use.

    Raises OSError where the kernel knows how and refuses.
    """
    _check(_libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    if landlock_version():
        _restrict_files(program, reach)
    # Last, for it takes away the calls that the lines before need.
    if _has_seccomp():
        _filter_calls(system_calls.program(platform.machine(), may_connect=reach.port is not None))


def _restrict_files(program: str, reach: Reach) -> None:
    version = landlock_version()
    known = sum(right for right, since in _SINCE.items() if version >= since)
    attributes = struct.pack("=Q", known)
    if version >= 4:
        attributes += struct.pack("=Q", 3)
    if version >= 6:
        # No signals to processes outside, no abstract Unix sockets of theirs.
        attributes += struct.pack("=Q", 3)
    ruleset = _check(_syscall(_CREATE_RULESET, attributes, len(attributes), 0))
    try:
        for paths, rights in (
            (_PROGRAMS, _READ | _EXECUTE),
            ((*_python(), program), _READ | _EXECUTE),
            (_SYSTEM, _READ),
            (("/dev/null", *_matching(reach.devices)), _READ | _WRITE_FILE | _IOCTL_DEV),
            (reach.reads, _READ),
            (reach.writes, _CHANGE),
        ):
            _allow_paths(ruleset, paths, rights & known)
        if version >= 4 and reach.port is not None:
            rule = struct.pack("=QQ", _CONNECT, reach.port)
            _check(_syscall(_ADD_RULE, ruleset, _NET_PORT, rule, 0))
        _check(_syscall(_RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)


def _allow_paths(ruleset: int, paths: Iterable[str | Path], rights: int) -> None:
    for path in paths:
        try:
            found = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue  # what is not there needs no rule
        try:
            allowed = rights if Path(path).is_dir() else rights & _OF_FILES
            rule = struct.pack("=Qi", allowed, found)
            _check(_syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0))
        finally:
            os.close(found)


@cache
def _python() -> Sequence[str]:
    """Where this Python and the modules of this process are, for children that need them."""
    return tuple(dict.fromkeys([sys.prefix, sys.base_prefix, *filter(None, sys.path)]))


def _matching(patterns: Iterable[str]) -> Sequence[Path]:
    return [path for pattern in patterns for path in Path("/").glob(pattern.removeprefix("/"))]


@cache
def _has_seccomp() -> bool:
    known = Path("/proc/sys/kernel/seccomp/actions_avail").exists()
    return known and system_calls.knows(platform.machine())


def _filter_calls(program: bytes) -> None:
    code = ctypes.create_string_buffer(program, len(program))
    fprog = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    _check(_libc().prctl(_PR_SET_SECCOMP, _MODE_FILTER, fprog, 0, 0))


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _syscall(number: int, *arguments: int | bytes) -> int:
    return _libc().syscall(
        ctypes.c_long(number),
        *(ctypes.c_long(value) if isinstance(value, int) else value for value in arguments),
    )


def _check(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"the sandbox cannot be set up: {os.strerror(number)}")
    return result
