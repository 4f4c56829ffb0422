"""The intake: messages become claims, as many at a time as there are free slots."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from uuid import UUID

from vidmill.db.claims import Claim, claim_tasks, owners_below, refused_tasks
from vidmill.errors import DependencyDown
from vidmill.queue import POP_TIMEOUT_SECONDS
from vidmill_worker.attempt import Services

log = logging.getLogger(__name__)

#: Pause after PostgreSQL or Redis did not answer, in seconds.
DEPENDENCY_PAUSE_SECONDS = 1.0


class Intake:
    """One worker's slots. Work on a claim is a task of `work`'s, in a slot until it ends."""

    def __init__(
        self,
        services: Services,
        worker_id: str,
        work: Callable[[Claim], Coroutine[None, None, None]],
    ) -> None:
        self._services = services
        self._worker_id = worker_id
        self._work = work
        self.stopping = asyncio.Event()
        #: Set while messages are taken: not while it is held.
        self._open = asyncio.Event()
        self._open.set()
        self.running: set[asyncio.Task[None]] = set()
        #: Slots of messages popped, tasks being claimed and tasks running.
        self._taken = 0
        self._popped: list[UUID] = []
        self._popping: asyncio.Task[list[UUID]] | None = None
        self._claiming: asyncio.Task[None] | None = None
        self._slot_freed = asyncio.Event()

    def stop(self) -> None:
        """Take no more messages and let `run()` end."""
        self.stopping.set()
        self._slot_freed.set()
        self._open.set()
        if self._popping is not None:
            self._popping.cancel()

    @property
    def held(self) -> bool:
        """Whether it takes no messages until it is released."""
        return not self._open.is_set() and not self.stopping.is_set()

    def hold(self, held: bool) -> None:
        """Take no more messages, or take them again."""
        if held == self.held or self.stopping.is_set():
            return
        log.info("draining as asked" if held else "taking tasks again")
        if not held:
            self._open.set()
            return
        self._open.clear()
        if self._popping is not None:
            self._popping.cancel()

    async def run(self) -> None:
        """Fill the slots again and again, until `stop()`."""
        slots = self._services.settings.worker_slots
        while not self.stopping.is_set():
            if self.held:
                await self._open.wait()
                continue
            if self._taken == slots:
                self._slot_freed.clear()
                await self._slot_freed.wait()
                continue
            try:
                ids = await self._pop(slots - self._taken, POP_TIMEOUT_SECONDS)
            except DependencyDown as error:
                log.warning("waiting for a dependency", extra={"code": error.code})
                await asyncio.sleep(DEPENDENCY_PAUSE_SECONDS)
                continue
            self._taken += len(ids)
            self._popped += ids
            if ids and (self._claiming is None or self._claiming.done()):
                self._claiming = asyncio.create_task(self._claim_popped())
        if self._claiming is not None:
            await self._claiming

    async def take_one(self, timeout_seconds: float) -> Claim | None:
        """Take one message and claim its task, whatever the slots hold; None if no message came
        within the timeout or it was stale. Raises `DependencyDown`."""
        ids = await self._pop(1, timeout_seconds)
        claims = await self._claim(ids) if ids else []
        return claims[0] if claims else None

    async def _claim_popped(self) -> None:
        # What is popped while one claim is under way shares the next.
        while self._popped:
            ids, self._popped = self._popped, []
            claims: list[Claim] = []
            try:
                claims = await self._claim(ids)
            except DependencyDown as error:
                # The reaper pushes these messages again.
                log.warning("waiting for a dependency", extra={"code": error.code})
                await asyncio.sleep(DEPENDENCY_PAUSE_SECONDS)
            except Exception:  # the loop's edge: whatever it is, a worker goes on
                log.exception("tasks could not be claimed")
                await asyncio.sleep(DEPENDENCY_PAUSE_SECONDS)
            self._free_slots(len(ids) - len(claims))
            for claim in claims:
                task = asyncio.create_task(self._work(claim))
                self.running.add(task)
                task.add_done_callback(self._ended)

    def _free_slots(self, count: int) -> None:
        self._taken -= count
        self._slot_freed.set()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.running.discard(task)
        self._free_slots(1)
        error = None if task.cancelled() else task.exception()
        # Its lease will run out; one bad task must not end a worker.
        if isinstance(error, DependencyDown):
            log.warning("a task's end could not be stored", extra={"code": error.code})
        elif error is not None:
            log.error("a task ended in an unexpected way", exc_info=error)

    async def _claim(self, ids: list[UUID]) -> list[Claim]:
        settings = self._services.settings
        limit = settings.owner_running_tasks or None
        claims = await claim_tasks(
            self._services.db,
            ids,
            worker_id=self._worker_id,
            lease_seconds=settings.lease_seconds,
            owner_limit=limit,
        )
        if len(claims) < len(ids):
            log.debug("not claimed", extra={"count": len(ids) - len(claims)})
            if limit is not None:
                claimed = {claim.task.id for claim in claims}
                await self._park([i for i in ids if i not in claimed], limit)
        return claims

    async def _park(self, ids: list[UUID], limit: int) -> None:
        """Put back what was refused because its owner runs enough; stale ids are dropped."""
        db, queue = self._services.db, self._services.queue
        if refused := await refused_tasks(db, ids, owner_limit=limit):
            await queue.park(refused)
            # Somebody's last task may have ended before this owner was parked.
            owners = list({task.owner_id for task in refused})
            await queue.wake(await owners_below(db, owners, owner_limit=limit))

    async def _pop(self, count: int, timeout_seconds: float) -> list[UUID]:
        """Wait for messages, but no longer than until the worker is told to stop. What comes at
        that very moment is pushed back by the reaper's next look."""
        self._popping = asyncio.create_task(self._services.queue.pop(timeout_seconds, up_to=count))
        try:
            return await self._popping
        except asyncio.CancelledError:
            if not (self.stopping.is_set() or self.held):
                raise
            return []
        finally:
            self._popping = None
