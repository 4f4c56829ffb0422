"""Finished segments fetched from storage for a while: a long video must not fill the disk."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from types import TracebackType

from vidmill.jobs import job_prefix
from vidmill_worker.attempt import Attempt
from vidmill_worker.layout import INIT, segment_name
from vidmill_worker.outputs import TRANSFERS
from vidmill_worker.results import Track

KEPT_FILES = 100
"""Files that stay when nobody uses them, as the next to come may: some 30 MB of a small
rendition."""


class Shelf:
    """Segments of one job in the directory of an attempt; several may borrow them at once.

    Leaving its own context calls off what is still being fetched.
    """

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._users: Counter[str] = Counter()
        self._files: dict[str, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(TRANSFERS)

    async def __aenter__(self) -> Shelf:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for fetch in self._files.values():
            fetch.cancel()
        await asyncio.gather(*self._files.values(), return_exceptions=True)

    @asynccontextmanager
    async def borrow(self, track: Track) -> AsyncGenerator[None]:
        """The track's init and media segments, for as long as the context lasts. Raises
        `MissingObject`, `StorageDown`."""
        segments = [segment_name(segment.number) for segment in track.segments]
        names = [f"{track.name}/{name}" for name in (INIT, *segments)]
        (self._attempt.scratch / track.name).mkdir(exist_ok=True)
        self._users.update(names)
        try:
            for name in names:
                if name not in self._files:
                    self._files[name] = asyncio.create_task(self._fetch(name))
            await asyncio.gather(*(asyncio.shield(self._files[name]) for name in names))
            yield
        finally:
            self._users.subtract(names)
            self._clear()

    async def _fetch(self, name: str) -> None:
        async with self._slots:
            storage = self._attempt.services.storage
            key = job_prefix(self._attempt.job.id) + name
            await storage.download_file(key, self._attempt.scratch / name)

    def _clear(self) -> None:
        """Remove what nobody uses, the oldest first, down to what may stay."""
        for name in [name for name in self._files if self._users[name] <= 0]:
            if len(self._files) <= KEPT_FILES:
                return
            if self._files[name].done():
                del self._files[name]
                (self._attempt.scratch / name).unlink(missing_ok=True)
