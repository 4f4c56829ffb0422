"""Scratch space: a directory for each attempt, and a cache of sources beside them.

Several tasks of a job read the same source; no byte of it is fetched twice by a worker. Everything
below the worker's directory belongs to that worker alone and is removed when it starts and stops.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from vidmill.errors import VidmillError
from vidmill.storage import Storage
from vidmill.tasks import Lease
from vidmill.videos import Video
from vidmill_worker.ffmpeg.arguments import Source
from vidmill_worker.source_blocks import Pace, SourceBlocks
from vidmill_worker.source_server import SourceServer

SOURCES = "sources"
WHOLE_BYTES = 64 * 1024**2
"""Sources up to this size are fetched whole: that takes 0.2 s here, and a local file is read with
less work than a server."""


class ScratchFull(VidmillError):
    """The worker's scratch space is full. Raise SCRATCH_MAX_BYTES or give the disk more room."""

    code = "scratch_full"


class Scratch:
    """One worker's directory; `max_bytes` bounds what is in it."""

    def __init__(self, root: Path, max_bytes: int) -> None:
        self.root = root
        self.max_bytes = max_bytes
        self._sources = root / SOURCES
        self._readers: dict[Path, int] = {}
        self._locks: dict[Path, asyncio.Lock] = {}
        self._blocks: dict[Path, SourceBlocks] = {}
        self._server = SourceServer()

    def clear(self) -> None:
        """Remove what this process, or an earlier one of the same name, left."""
        while self._blocks:
            self._blocks.popitem()[1].close()
        shutil.rmtree(self.root, ignore_errors=True)
        self._sources.mkdir(parents=True, exist_ok=True)

    def take(self, lease: Lease) -> Path:
        """A new empty directory for one attempt."""
        path = self.root / f"{lease.task_id}-{lease.attempt}"
        path.mkdir(parents=True)
        return path

    async def check(self, path: Path) -> None:
        """Raise `ScratchFull` if there is more than `max_bytes` in all, idle sources dropped, and
        the attempt of that directory holds the most: it is given up before the disk is full."""
        held = await asyncio.to_thread(_attempts, self.root)
        files = sum(file.stat().st_size for file in self._sources.iterdir())
        used = sum(held.values())
        if used + files > self.max_bytes and held and held.get(path.name) == max(held.values()):
            self._make_room(used)

    def release(self, path: Path) -> None:
        """Remove an attempt's directory."""
        shutil.rmtree(path, ignore_errors=True)

    @asynccontextmanager
    async def source(
        self, storage: Storage, video: Video, pace: Pace | None = None
    ) -> AsyncGenerator[Source]:
        """The video's source for reading: a small one as a local file, a large one by ranges from
        a server on loopback, at the given pace, until all of it is here. Kept from removal while
        it is in use.

        The file's name says nothing of the uploaded one, which is not trusted. Raises
        `MissingObject` where the object is gone or was replaced, and `ScratchFull`.
        """
        path = self._sources / f"{video.id}.source"
        self._readers[path] = self._readers.get(path, 0) + 1
        try:
            async with self._locks.setdefault(path, asyncio.Lock()):
                if not path.exists():
                    self._make_room(video.size_bytes)
                    if video.size_bytes > WHOLE_BYTES:
                        self._blocks[path] = SourceBlocks(storage, video, path)
                    else:
                        await storage.download_file(video.object_key, path, etag=video.etag)
            os.utime(path)
            blocks = self._blocks.get(path)
            if blocks is None or blocks.complete:
                yield path
            else:
                async with self._offered(blocks, pace) as url:
                    yield url
        finally:
            self._readers[path] -= 1
            if not self._readers[path]:
                del self._readers[path]

    @asynccontextmanager
    async def _offered(self, blocks: SourceBlocks, pace: Pace | None) -> AsyncGenerator[str]:
        url = await self._server.offer(blocks, pace)
        try:
            yield url
        except Exception as error:
            # Whoever reads over HTTP is only told that a read failed, not why.
            if blocks.failure is not None:
                failure, blocks.failure = blocks.failure, None
                raise failure from error
            raise
        finally:
            self._server.withdraw(url)

    async def close(self) -> None:
        """Stop serving sources, and remove everything."""
        await self._server.close()
        self.clear()

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
                if blocks := self._blocks.pop(file, None):
                    blocks.close()
        if used + wanted > self.max_bytes:
            raise ScratchFull


def _attempts(root: Path) -> dict[str, int]:
    """Bytes on disk of each attempt's directory, by name. Files may come and go meanwhile."""
    held: dict[str, int] = {}
    for folder, folders, files in os.walk(root):
        if Path(folder) == root:
            folders[:] = [name for name in folders if name != SOURCES]
            held = dict.fromkeys(folders, 0)
            continue
        name = Path(folder).relative_to(root).parts[0]
        for file in files:
            with suppress(OSError):
                held[name] += Path(folder, file).stat().st_blocks * 512
    return held
