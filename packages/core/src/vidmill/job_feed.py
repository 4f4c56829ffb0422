"""Wake-ups for live views: one Redis subscription a process, fanned out to whoever watches a job.

A wake-up carries no data; watchers read PostgreSQL. So a lost one costs a moment, never the truth.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager, suppress
from uuid import UUID

from vidmill.cancellation import cancel_and_wait
from vidmill.queue import Queue, QueueDown

log = logging.getLogger(__name__)

#: Pause before subscribing again when Redis went away, in seconds.
RESUBSCRIBE_SECONDS = 1.0
#: Look at the database this often even if nobody rang, in seconds.
LOOK_SECONDS = 2.0
#: No two looks are closer than this, in seconds; rings in between are one look.
COALESCE_SECONDS = 0.2


class JobFeed:
    """Who watches which job."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._watchers: dict[UUID, set[asyncio.Event]] = defaultdict(set)
        self._listener: asyncio.Task[None] | None = None
        self.closing = asyncio.Event()

    def start(self) -> None:
        """Begin to listen, for as long as the process runs."""
        self._listener = asyncio.create_task(self._listen())

    def end_streams(self) -> None:
        """Let every watcher end: the process is about to stop, and clients come back."""
        self.closing.set()
        for events in self._watchers.values():
            for event in events:
                event.set()

    async def stop(self) -> None:
        """End the streams and stop listening."""
        self.end_streams()
        await cancel_and_wait(self._listener)

    @contextmanager
    def watch(self, job_id: UUID) -> Generator[asyncio.Event]:
        """An event that is set whenever the job may have changed."""
        event = asyncio.Event()
        self._watchers[job_id].add(event)
        try:
            yield event
        finally:
            self._watchers[job_id].discard(event)
            if not self._watchers[job_id]:
                del self._watchers[job_id]

    async def looks(self, job_id: UUID) -> AsyncGenerator[None]:
        """Yields when it is time to look at a job: at once, whenever it may have changed, and now
        and then anyway, for Redis may be away. Ends when the process is about to stop; whoever
        stops before closes it (`contextlib.aclosing`)."""
        loop = asyncio.get_running_loop()
        with self.watch(job_id) as changed:
            while not self.closing.is_set():
                changed.clear()
                looked = loop.time()
                yield
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await changed.wait()
                await asyncio.sleep(max(0.0, looked + COALESCE_SECONDS - loop.time()))

    def watchers(self, job_id: UUID) -> int:
        """How many watch a job now."""
        return len(self._watchers.get(job_id, ()))

    async def _listen(self) -> None:
        while True:
            try:
                async for job_id in self._queue.watch():
                    for event in self._watchers.get(job_id, ()):
                        event.set()
            except QueueDown:
                log.warning("no wake-ups while Redis is away; watchers look by themselves")
            await asyncio.sleep(RESUBSCRIBE_SECONDS)
