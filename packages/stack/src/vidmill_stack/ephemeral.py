"""A folder, free ports and fresh secrets for a stack that lives as long as its test session."""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import TextIO

from vidmill_stack.configuration import StackConfig
from vidmill_stack.locations import CHECKOUT
from vidmill_stack.ports import is_free

#: Below the range from which the kernel takes ports of outgoing connections (32768 upwards).
PORT_RANGE = range(20_000, 32_000, 20)
PARENT = CHECKOUT / ".vidmill" / "tests"


@contextlib.contextmanager
def reserved_ports() -> Generator[int]:
    """The first of 20 free ports in a row, kept from other sessions of this machine by a lock."""
    for base in random.sample(PORT_RANGE, len(PORT_RANGE)):
        path = Path(tempfile.gettempdir(), f"vidmill-ports-{base}-{os.getuid()}.lock")
        with path.open("w") as lock:
            # Whose name was removed between opening and locking it, that file keeps nobody out.
            held = _try_lock(lock) and _is_named(path, lock)
            if held and all(map(is_free, range(base, base + 20))):
                try:
                    yield base
                finally:
                    path.unlink(missing_ok=True)
                return
    raise RuntimeError("No 20 free ports in a row between 20000 and 32000.")


def _is_named(path: Path, file: TextIO) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _try_lock(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def ephemeral_config() -> Generator[StackConfig]:
    """Settings of a stack in a new folder, which is removed at the end. The folder lies in the
    checkout, because /tmp may be a tmpfs and those lack what the local S3 needs of a file system.
    """
    PARENT.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        # One session at a time looks for abandoned folders and makes its own, so that none is
        # taken for abandoned before it is locked.
        with (PARENT / "lock").open("w") as one_at_a_time:
            fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
            remove_abandoned()
            folder = Path(tempfile.mkdtemp(dir=PARENT))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            fcntl.flock(stack.enter_context((folder / "lock").open("w")), fcntl.LOCK_EX)
        # So that PostgreSQL can enter when root gives way to another user.
        folder.chmod(0o755)
        yield config_at(folder, stack.enter_context(reserved_ports()))


def remove_abandoned() -> None:
    """Remove folders of sessions that were killed: nobody holds their lock any more."""
    for path in PARENT.glob("*/lock"):
        with path.open("r+") as lock:
            if _try_lock(lock):
                shutil.rmtree(path.parent, ignore_errors=True)


def config_at(folder: Path, base: int) -> StackConfig:
    """Settings of a stack in `folder` on the ports from `base` on; every field is given, so
    neither the environment nor `.env` has a say.
    """
    return StackConfig(
        vidmill_home=folder,
        s3_port=base,
        postgres_port=base + 4,
        valkey_port=base + 5,
        api_port=base + 6,
        graphql_port=base + 7,
        web_port=base + 8,
        metrics_port=base + 9,
        workers=2,
    )
