"""Outputs of a task on their way to storage, and back from there to another task."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType

from vidmill.jobs import job_prefix
from vidmill_worker.attempt import Attempt
from vidmill_worker.layout import INIT, segment_name
from vidmill_worker.results import Segment, Track

#: Transfers at once; storage answers small objects in milliseconds, so a few hide the latency.
TRANSFERS = 8

_CONTENT_TYPES = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".mpd": "application/dash+xml",
    ".m4s": "video/iso.segment",
    ".mp4": "video/mp4",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".jpg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".vtt": "text/vtt",
    # What players and IANA's lists agree on least; plain text is what browsers show.
    ".srt": "application/x-subrip",
    ".txt": "text/plain; charset=utf-8",
    ".json": "application/json",
}


def content_type(name: str) -> str:
    """Media type by the ending of a name that we chose."""
    return _CONTENT_TYPES[Path(name).suffix]


class Uploads:
    """Uploads of one attempt, several at once, while the work goes on.

    Names are relative to the job's folder. Leaving the context waits for all of them, or, where
    the work failed, calls them off. The lease is looked at before each one.
    """

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._prefix = job_prefix(attempt.job.id)
        self._slots = asyncio.Semaphore(TRANSFERS)
        self._running: set[asyncio.Task[None]] = set()
        self._by_name: dict[str, asyncio.Task[None]] = {}
        self._failed: BaseException | None = None

    async def __aenter__(self) -> Uploads:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            for upload in self._running:
                upload.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if kind is None and self._failed is not None:
            raise self._failed

    def start(self, name: str) -> None:
        """Upload a finished file of the attempt's directory. Raises what an earlier one raised."""
        if self._failed is not None:
            raise self._failed
        upload = asyncio.create_task(self._upload(name))
        self._by_name[name] = upload
        self._running.add(upload)
        upload.add_done_callback(self._ended)

    async def on_segment(self, track: str, segment: Segment) -> None:
        """`start` for a segment, as the engine tells of it. A track's first brings the init segment
        with it: one serves all chunks, of which packaging checks that theirs are identical."""
        if segment.number == 0:
            self.start(f"{track}/{INIT}")
        self.start(f"{track}/{segment_name(segment.number)}")

    async def stored(self, tracks: Iterable[Track]) -> None:
        """Wait until the segments of these tracks are in storage, and their init segments if this
        attempt uploads them. Raises what an upload raised."""
        for track in tracks:
            numbers = [segment.number for segment in track.segments]
            for name in (INIT, *map(segment_name, numbers)):
                if upload := self._by_name.get(f"{track.name}/{name}"):
                    await asyncio.shield(upload)

    async def _upload(self, name: str) -> None:
        async with self._slots:
            self._attempt.check_lease()
            await self._attempt.services.storage.upload_file(
                self._attempt.scratch / name, self._prefix + name, content_type=content_type(name)
            )

    def _ended(self, upload: asyncio.Task[None]) -> None:
        self._running.discard(upload)
        if not upload.cancelled() and upload.exception() is not None:
            self._failed = self._failed or upload.exception()


async def fetch_tracks(attempt: Attempt, tracks: Sequence[Track]) -> None:
    """Bring the init segment and the media segments of tracks into the attempt's directory.
    Raises `MissingObject`, `StorageDown`."""
    prefix = job_prefix(attempt.job.id)
    names: list[str] = []
    for track in tracks:
        (attempt.scratch / track.name).mkdir(exist_ok=True)
        numbers = sorted({segment.number for segment in track.segments})
        names += [f"{track.name}/{name}" for name in (INIT, *map(segment_name, numbers))]

    async def fetch(name: str) -> None:
        await attempt.services.storage.download_file(prefix + name, attempt.scratch / name)

    await transfer_all(names, fetch)


async def transfer_all(names: Iterable[str], one: Callable[[str], Awaitable[None]]) -> None:
    """Do `one` for every name, `TRANSFERS` at a time. The first that fails calls the rest off, and
    its exception is raised as it is: a task's failure says what happened."""
    slots = asyncio.Semaphore(TRANSFERS)

    async def bounded(name: str) -> None:
        async with slots:
            await one(name)

    transfers = [asyncio.ensure_future(bounded(name)) for name in names]
    try:
        await asyncio.gather(*transfers)
    finally:
        for transfer in transfers:
            transfer.cancel()
        await asyncio.gather(*transfers, return_exceptions=True)
