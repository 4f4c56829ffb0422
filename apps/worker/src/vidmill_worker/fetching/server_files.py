"""Sources in folders of this machine that its administrator listed."""

from __future__ import annotations

import asyncio
import errno
import os
import stat
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from vidmill.errors import InvalidSource
from vidmill.source_places import PathNotAllowed, root_of
from vidmill_worker.fetching.origins import Offer, SourceUnavailable

_CHUNK_BYTES = 1024**2


@dataclass(frozen=True, slots=True)
class FileOrigin:
    """One path below one of the roots."""

    path: str
    roots: Sequence[Path]

    @asynccontextmanager
    async def read(self, start: int, version: str | None) -> AsyncGenerator[Offer]:
        """See `Origin`."""
        file = await asyncio.to_thread(open_below, self.path, self.roots)
        try:
            found = os.fstat(file)
            now = _version(found)
            begin = start if now == version else 0
            yield Offer(
                begin,
                found.st_size,
                now,
                "application/octet-stream",
                _chunks(file, begin, found.st_size, now),
            )
        finally:
            os.close(file)


def open_below(path: str, roots: Sequence[Path]) -> int:
    """Open a regular file for reading; returns its descriptor. Raises InvalidSource.

    Each name is opened below the one before and none may be a link, so that nothing that is
    changed meanwhile leads out of the root.
    """
    try:
        root, rest = root_of(path, roots)
    except PathNotAllowed as error:
        raise InvalidSource(error.code, error.detail) from error
    try:
        folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for name in rest.parts[:-1]:
                below = os.open(name, os.O_RDONLY | os.O_DIRECTORY | _CAREFUL, dir_fd=folder)
                os.close(folder)
                folder = below
            # A pipe would keep whoever opens it waiting.
            file = os.open(rest.name, os.O_RDONLY | os.O_NONBLOCK | _CAREFUL, dir_fd=folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise _refusal(error) from error
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise InvalidSource(PathNotAllowed.code, PathNotAllowed().detail)
    return file


_CAREFUL = os.O_NOFOLLOW | os.O_CLOEXEC


def _refusal(error: OSError) -> InvalidSource:
    if error.errno == errno.ENOENT:
        return InvalidSource("missing_file", "There is no such file on the worker's machine.")
    if error.errno in {errno.EACCES, errno.EPERM}:
        return InvalidSource("source_forbidden", "The worker's user may not read the file.")
    return InvalidSource(PathNotAllowed.code, PathNotAllowed().detail)


def _version(found: os.stat_result) -> str:
    return f"{found.st_dev}-{found.st_ino}-{found.st_size}-{found.st_mtime_ns}"


async def _chunks(file: int, start: int, end: int, version: str) -> AsyncGenerator[bytes]:
    position = start
    while position < end:
        chunk = await asyncio.to_thread(os.pread, file, _CHUNK_BYTES, position)
        if not chunk:
            break
        position += len(chunk)
        yield chunk
    if _version(os.fstat(file)) != version:
        raise SourceUnavailable("The file was written to while it was read. It is tried again.")
