"""A source that is too large to be fetched whole before work begins: its bytes, block by block.

What was fetched stays in a sparse local file, for the tasks of a job read much of the same.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import AsyncGenerator
from pathlib import Path

from vidmill.errors import StorageDown, VidmillError
from vidmill.storage import Storage
from vidmill.videos import Video

log = logging.getLogger(__name__)

BLOCK_BYTES = 4 * 1024**2
"""One request to storage: long enough that its latency (milliseconds) does not count, short enough
for a player's patience at 100 Mbit/s."""
AHEAD_BLOCKS = 3
"""Fetched beyond what is read, so that a reader that goes on does not wait."""
PIECE_BYTES = 256 * 1024
OUTAGE_SECONDS = 45.0
"""How long a reader is kept waiting while storage is down; FFmpeg is given up for stalled later."""


class Pace:
    """Lets a reader begin slowly: one that runs through a whole file would take the processors from
    what makes a video playable, for each byte costs storage and this process some."""

    FIRST_BYTES = 12 * 1024**2
    """At once: at 10 Mbit/s, sound for ten seconds of playing, and an index."""
    BYTES_A_SECOND = 6 * 1024**2
    """Then: at 10 Mbit/s, sound for five seconds of playing, each second."""
    SECONDS = 6.0
    """From the first byte on. By then the first segment is made, or this machine has no hurry."""

    def __init__(self) -> None:
        self._begun: float | None = None
        self._sent = 0

    async def of(self, pieces: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
        """The same pieces, held back while it is early."""
        async for piece in pieces:
            now = time.monotonic()
            begun = self._begun = now if self._begun is None else self._begun
            due = begun + (self._sent - self.FIRST_BYTES) / self.BYTES_A_SECOND
            if now < due < begun + self.SECONDS:
                await asyncio.sleep(due - now)
            self._sent += len(piece)
            yield piece


class SourceBlocks:
    """One source. `failure` is why it could not be read, for whoever used it and failed."""

    def __init__(self, storage: Storage, video: Video, path: Path) -> None:
        self.size = video.size_bytes
        self.failure: VidmillError | None = None
        self._storage = storage
        self._video = video
        self._fetching: dict[int, asyncio.Task[None]] = {}
        self._present: set[int] = set()
        self._count = -(-self.size // BLOCK_BYTES)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        os.ftruncate(self._file, self.size)

    @property
    def complete(self) -> bool:
        """Whether the local file holds every byte."""
        return len(self._present) == self._count

    def close(self) -> None:
        """Give up what is under way; the local file is the caller's to remove."""
        for fetch in self._fetching.values():
            fetch.cancel()
        os.close(self._file)

    async def read(self, start: int, end: int) -> AsyncGenerator[bytes]:
        """Bytes [start, end) in small pieces, each as soon as it is there. Raises `MissingObject`,
        `StorageDown`."""
        position = start
        while position < end:
            block = position // BLOCK_BYTES
            await self._want(block)
            stop = min(end, (block + 1) * BLOCK_BYTES, position + PIECE_BYTES)
            yield os.pread(self._file, stop - position, position)
            position = stop

    async def _want(self, block: int) -> None:
        for number in range(block, min(block + 1 + AHEAD_BLOCKS, self._count)):
            if number not in self._present and number not in self._fetching:
                fetch = asyncio.create_task(self._fetch(number))
                self._fetching[number] = fetch
                fetch.add_done_callback(lambda done, number=number: self._fetched(number, done))
        if block in self._present:
            # A reader that left is noticed, and others get their turn.
            await asyncio.sleep(0)
        else:
            # Others may wait for the same block; one that leaves must not take it from them.
            await asyncio.shield(self._fetching[block])

    async def _fetch(self, block: int) -> None:
        start = block * BLOCK_BYTES
        end = min(self.size, start + BLOCK_BYTES)
        begun = time.monotonic()
        while True:
            try:
                data = await self._storage.read_range(
                    self._video.object_key, start, end, etag=self._video.etag
                )
                break
            except StorageDown:
                if time.monotonic() - begun > OUTAGE_SECONDS:
                    raise
                await asyncio.sleep(1)
        os.pwrite(self._file, data, start)
        self._present.add(block)

    def _fetched(self, block: int, fetch: asyncio.Task[None]) -> None:
        self._fetching.pop(block, None)
        error = None if fetch.cancelled() else fetch.exception()
        if isinstance(error, VidmillError):
            self.failure = error
        elif error is not None:
            log.error("a block could not be kept", exc_info=error)
