"""Turns into a program of the stack, so that it can be found and cannot outlive its parent.

usage: launch.py PIDFILE SIGNAL [--unprivileged FOLDER] -- PROGRAM [ARGUMENT…]

Writes a pid file, asks the kernel for SIGNAL (TERM for instance, or NONE) when the parent process
is gone however it went, and executes the program. `--unprivileged` serves PostgreSQL, which refuses
to run as root: root turns into `nobody`, who then owns FOLDER. Imports only the standard library:
it is run with `python -I -S`, which starts in 15 ms.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1  # linux/prctl.h
CLONE_NEWUSER = 0x10000000  # linux/sched.h
UNPRIVILEGED_USER = "nobody"
LIBC = ctypes.CDLL(None, use_errno=True)


def process_identity(pid: int) -> str:
    """What tells a process from every other: boot, pid and start time (ticks since boot).

    Field 22 of /proc/PID/stat, see proc(5); raises `OSError` where no such process exists.
    """
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    # The second field is the program's name in parentheses and may hold anything.
    started = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    return f"{pid} {started} {boot}"


def write_pid_file(path: Path) -> None:
    """Say who runs under this name; atomic, so that no reader sees half of it."""
    part = path.with_suffix(".part")
    part.write_text(process_identity(os.getpid()))
    part.replace(path)


def give_up_root(folder: Path, program: Path) -> None:
    """As root, go on as an unprivileged user that can read `program` and owns `folder`."""
    user = pwd.getpwnam(UNPRIVILEGED_USER)
    if can_reach(user, folder, program):
        own(folder, user.pw_uid, user.pw_gid)
        become(user)
        return
    # Below a folder that is root's alone (/root), nobody can read nothing. In a user namespace of
    # its own the process keeps root's files without being root.
    own(folder, 0, 0)
    if LIBC.unshare(CLONE_NEWUSER) != 0:
        sys.exit(
            f"PostgreSQL refuses to run as root, and the user '{user.pw_name}' may not enter the "
            f"folders above {program} and {folder}. Put Vidmill below a folder that everybody may "
            "enter, or run it as another user."
        )
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user.pw_uid} 0 1")
    Path("/proc/self/gid_map").write_text(f"{user.pw_gid} 0 1")


def can_reach(user: pwd.struct_passwd, folder: Path, program: Path) -> bool:
    """Whether a user may enter the folder's parents and execute the program; asked as that user,
    because access(2) knows every rule there is.
    """
    child = os.fork()
    if child == 0:
        become(user)
        reachable = os.access(folder.parent, os.X_OK) and os.access(program, os.R_OK | os.X_OK)
        os._exit(0 if reachable else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def become(user: pwd.struct_passwd) -> None:
    """Take on a user's identity for good."""
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)


def own(folder: Path, uid: int, gid: int) -> None:
    """Give a folder and all in it to a user, unless it is theirs already."""
    if folder.stat().st_uid == uid:
        return
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(Path(parent, name), uid, gid, follow_symlinks=False)
    # Last, as the mark of a whole pass.
    os.chown(folder, uid, gid)


def main(arguments: list[str]) -> None:
    """Read the command line described above and turn into the program."""
    split = arguments.index("--")
    pid_file, signal_name, *options = arguments[:split]
    program = arguments[split + 1 :]
    parent = os.getppid()
    write_pid_file(Path(pid_file))
    if options and os.geteuid() == 0:
        give_up_root(Path(options[1]), Path(program[0]))
    # After the change of identity, which would clear it.
    if signal_name != "NONE":
        LIBC.prctl(PR_SET_PDEATHSIG, signal.Signals[f"SIG{signal_name}"])
        if os.getppid() != parent:
            sys.exit("The process that started this one is gone.")
    os.execv(program[0], program)  # noqa: S606  # the command line is the stack's own


if __name__ == "__main__":
    main(sys.argv[1:])
