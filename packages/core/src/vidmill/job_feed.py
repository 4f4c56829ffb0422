"""Wake-ups for live views: one Redis subscription a process, fanned out to whoever watches a job,
or all jobs of an owner.

A wake-up carries no data; watchers read PostgreSQL. So a lost one costs a moment, never the truth.
It names the job and its owner. Whoever changes a job has its row at hand, so the owner costs
nothing there; every process with a stream open would have to ask for the owner of whatever changed,
and would find none of a job that was deleted. So a watcher is woken by its own owner's jobs only.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

from vidmill.cancellation import cancel_and_wait
from vidmill.queue import JobChange, Queue, QueueDown

log = logging.getLogger(__name__)

#: Pause before subscribing again when Redis went away, in seconds.
RESUBSCRIBE_SECONDS = 1.0
#: Look at the database this often even if nobody rang, in seconds.
LOOK_SECONDS = 2.0
#: No two looks are closer than this, in seconds; rings in between are one look.
COALESCE_SECONDS = 0.2
#: The same for looks at an owner's jobs, of which a thousand may be under way.
OWNER_COALESCE_SECONDS = 1.0
#: Jobs that one look at an owner's is for; the others are the next one's.
JOBS_A_LOOK = 500
#: Who reads so slowly that more have changed is told to read all again.
MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class OwnerLook:
    """What to look at of an owner's jobs."""

    job_ids: list[UUID]
    """These may have changed, come or gone."""
    missed: bool
    """Before, anything may have: nobody was listening, or too much has changed."""


class _Rings:
    """Which of an owner's jobs rang since one watcher looked."""

    def __init__(self) -> None:
        self.rang = asyncio.Event()
        # A dict, for it keeps the order: each job's turn comes, however many ring.
        self._jobs: dict[UUID, None] = {}
        self._missed = True

    def ring(self, job_id: UUID) -> None:
        self._jobs[job_id] = None
        if len(self._jobs) > MOST_REMEMBERED:
            self._jobs.clear()
            self._missed = True
        self.rang.set()

    def miss(self) -> None:
        self._missed = True
        self.rang.set()

    def take(self) -> OwnerLook:
        job_ids = list(self._jobs)[:JOBS_A_LOOK]
        for job_id in job_ids:
            del self._jobs[job_id]
        look = OwnerLook(job_ids, self._missed)
        self._missed = False
        if not self._jobs:
            self.rang.clear()
        return look


class JobFeed:
    """Who watches which job, and whose."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._watchers: dict[UUID, set[asyncio.Event]] = defaultdict(set)
        #: By owner; None are those that watch everybody's.
        self._owners: dict[UUID | None, set[_Rings]] = defaultdict(set)
        self._listener: asyncio.Task[None] | None = None
        self.closing = asyncio.Event()
        self.listening = False
        """Whether changes are heard of right now."""

    def start(self) -> None:
        """Begin to listen, for as long as the process runs."""
        self._listener = asyncio.create_task(self._listen())

    def end_streams(self) -> None:
        """Let every watcher end: the process is about to stop, and clients come back."""
        self.closing.set()
        for events in self._watchers.values():
            for event in events:
                event.set()
        self._stir()

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

    async def owner_looks(
        self, owner_id: UUID | None, *, idle_seconds: float
    ) -> AsyncGenerator[OwnerLook]:
        """Yields what to look at of an owner's jobs (None: of everybody's): at once, whenever some
        may have changed, and after `idle_seconds` at the latest, or `LOOK_SECONDS` while nothing is
        heard. Ends, and is to be closed, as `looks` is."""
        loop = asyncio.get_running_loop()
        with self._rings_of(owner_id) as rings:
            while not self.closing.is_set():
                looked = loop.time()
                yield rings.take()
                with suppress(TimeoutError):
                    async with asyncio.timeout(idle_seconds if self.listening else LOOK_SECONDS):
                        await rings.rang.wait()
                with suppress(TimeoutError):
                    async with asyncio.timeout(looked + OWNER_COALESCE_SECONDS - loop.time()):
                        await self.closing.wait()

    @contextmanager
    def _rings_of(self, owner_id: UUID | None) -> Generator[_Rings]:
        rings = _Rings()
        self._owners[owner_id].add(rings)
        try:
            yield rings
        finally:
            self._owners[owner_id].discard(rings)
            if not self._owners[owner_id]:
                del self._owners[owner_id]

    def watchers(self, job_id: UUID) -> int:
        """How many watch a job now."""
        return len(self._watchers.get(job_id, ()))

    def owner_watchers(self, owner_id: UUID | None) -> int:
        """How many watch an owner's jobs now, or, with None, everybody's."""
        return len(self._owners.get(owner_id, ()))

    def _ring(self, change: JobChange) -> None:
        for event in self._watchers.get(change.job_id, ()):
            event.set()
        for owner_id in (change.owner_id, None):
            for rings in self._owners.get(owner_id, ()):
                rings.ring(change.job_id)

    def _stir(self) -> None:
        """Let those who watch an owner's jobs see how things are."""
        for watching in self._owners.values():
            for rings in watching:
                rings.rang.set()

    def _begin(self) -> None:
        """Heard from here on; whatever was announced before is not known."""
        self.listening = True
        for watching in self._owners.values():
            for rings in watching:
                rings.miss()

    async def _listen(self) -> None:
        while True:
            try:
                async for change in self._queue.watch():
                    if change is None:
                        self._begin()
                    else:
                        self._ring(change)
            except QueueDown:
                log.warning("no wake-ups while Redis is away; watchers look by themselves")
            self.listening = False
            self._stir()
            await asyncio.sleep(RESUBSCRIBE_SECONDS)
