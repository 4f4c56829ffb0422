"""Requests of accounts and keys, counted in memory and written down every few seconds: a write for
each request would cost more than most requests. A process that is killed loses what it counted
since the last time, and nothing else."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from datetime import UTC, date, datetime
from uuid import UUID

from vidmill.authentication import Identity
from vidmill.cancellation import cancel_and_wait
from vidmill.db.pool import Database
from vidmill.db.usage import count_requests
from vidmill.errors import DependencyDown

log = logging.getLogger(__name__)

FLUSH_SECONDS = 5.0


class RequestCounts:
    """One process's counts."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._counts: Counter[tuple[UUID, UUID | None, date]] = Counter()
        self._flushing: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Write down every `FLUSH_SECONDS` from now on."""
        self._flushing = asyncio.create_task(self._flush_regularly())

    async def stop(self) -> None:
        """Write down what is left; the database must still be open."""
        await cancel_and_wait(self._flushing)
        await self.flush()

    def note(self, identity: Identity) -> None:
        """One request more."""
        self._counts[identity.user.id, identity.key_id, datetime.now(UTC).date()] += 1

    async def flush(self) -> None:
        """Write down what was counted; it is kept for the next time where that can't be done."""
        if not self._counts:
            return
        counts, self._counts = self._counts, Counter()
        try:
            await count_requests(self._db, counts)
        except DependencyDown as error:
            self._counts.update(counts)
            log.warning("requests counted but not written down yet", extra={"code": error.code})
        except BaseException:
            self._counts.update(counts)
            raise

    async def _flush_regularly(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            try:
                await self.flush()
            except Exception:  # the loop's edge: one failure must not end the counting
                log.exception("requests could not be written down")
