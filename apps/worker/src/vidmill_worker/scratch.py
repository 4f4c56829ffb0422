"""Scratch space: a directory for each attempt, and a cache of downloaded sources beside them.

Several tasks of a job read the same source; it is downloaded once per worker. Everything below
the worker's directory belongs to that worker alone and is removed when it starts and stops.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from vidmill.errors import VidmillError
from vidmill.storage import Storage
from vidmill.tasks import Lease
from vidmill.videos import Video


class ScratchFull(VidmillError):
    """The worker's scratch space is full. Raise SCRATCH_MAX_BYTES or give the disk more room."""

    code = "scratch_full"


class Scratch:
    """One worker's directory; `max_bytes` bounds its cached sources."""

    def __init__(self, root: Path, max_bytes: int) -> None:
        self.root = root
        self.max_bytes = max_bytes
        self._sources = root / "sources"
        self._readers: dict[Path, int] = {}
        self._locks: dict[Path, asyncio.Lock] = {}

    def clear(self) -> None:
        """Remove what this process, or an earlier one of the same name, left."""
        shutil.rmtree(self.root, ignore_errors=True)
        self._sources.mkdir(parents=True, exist_ok=True)

    def take(self, lease: Lease) -> Path:
        """A new empty directory for one attempt."""
        path = self.root / f"{lease.task_id}-{lease.attempt}"
        path.mkdir(parents=True)
        return path

    def release(self, path: Path) -> None:
        """Remove an attempt's directory."""
        shutil.rmtree(path, ignore_errors=True)

    @asynccontextmanager
    async def source(self, storage: Storage, video: Video) -> AsyncGenerator[Path]:
        """The video's source as a local file, kept from removal while it is in use.

        The file's name says nothing of the uploaded one, which is not trusted. Raises
        `MissingObject` where the object is gone or was replaced, and `ScratchFull`.
        """
        path = self._sources / f"{video.id}.source"
        self._readers[path] = self._readers.get(path, 0) + 1
        try:
            async with self._locks.setdefault(path, asyncio.Lock()):
                if not path.exists():
                    self._make_room(video.size_bytes)
                    await storage.download_file(video.object_key, path, etag=video.etag)
            os.utime(path)
            yield path
        finally:
            self._readers[path] -= 1
            if not self._readers[path]:
                del self._readers[path]

    def _make_room(self, wanted: int) -> None:
        """Drop idle sources, the least recently used first, until `wanted` bytes fit."""
        files = sorted(self._sources.iterdir(), key=lambda file: file.stat().st_mtime)
        used = sum(file.stat().st_size for file in files)
        for file in files:
            if used + wanted <= self.max_bytes:
                return
            if file not in self._readers:
                used -= file.stat().st_size
                file.unlink()
                self._locks.pop(file, None)
        if used + wanted > self.max_bytes:
            raise ScratchFull
