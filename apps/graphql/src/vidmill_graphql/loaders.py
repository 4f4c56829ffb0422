"""Batched reads: whatever a query nests, each kind of row is read once per level."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from vidmill.db import gallery, job_reads, lean_reads, task_reads, videos
from vidmill.db.pool import Database
from vidmill.gallery import Playable
from vidmill.jobs import Job
from vidmill.ledger import NOTHING_USED, Ledger
from vidmill.tasks import TaskKind
from vidmill.videos import Video

T = TypeVar("T")


class Loader(Generic[T]):
    """Values by id, each read once in a request; those that are asked for together, together."""

    def __init__(self, fetch: Callable[[list[UUID]], Awaitable[dict[UUID, T]]], absent: T) -> None:
        """`fetch` may leave ids out; these have the value `absent`."""
        self._fetch = fetch
        self._absent = absent
        self._known: dict[UUID, T] = {}
        self._reading = asyncio.Lock()

    async def load(self, ids: Sequence[UUID]) -> list[T]:
        """The values of these ids, in their order."""
        # Two fields of a level may want the same rows: the second waits for the first.
        async with self._reading:
            known = self._known
            missing = [one for one in dict.fromkeys(ids) if one not in known]
            if missing:
                found = await self._fetch(missing)
                for one in missing:
                    known[one] = found.get(one, self._absent)
        return [known[one] for one in ids]


class _OfJob(Protocol):
    @property
    def job_id(self) -> UUID: ...


R = TypeVar("R", bound=_OfJob)


class Loaders:
    """The loaders of one request; nothing is kept beyond it."""

    def __init__(self, db: Database) -> None:
        self.tasks = _by_job(db, task_reads.fetch_tasks)
        self.assets = _by_job(db, job_reads.fetch_assets)

        async def fetch_videos(ids: list[UUID]) -> dict[UUID, Video | None]:
            return dict(await videos.fetch_videos(db, ids))

        async def fetch_jobs(ids: list[UUID]) -> dict[UUID, Job | None]:
            return dict(await job_reads.fetch_jobs(db, ids))

        async def fetch_playables(ids: list[UUID]) -> dict[UUID, Playable | None]:
            return dict(await gallery.fetch_playables(db, ids))

        async def fetch_ledgers(ids: list[UUID]) -> dict[UUID, Ledger]:
            return await job_reads.fetch_ledgers(db, ids)

        async def fetch_positions(ids: list[UUID]) -> dict[UUID, int | None]:
            return dict(await job_reads.fetch_queue_positions(db, ids))

        async def fetch_dependencies(ids: list[UUID]) -> dict[UUID, list[TaskKind]]:
            return await task_reads.fetch_dependencies(db, ids)

        self.queue_positions = Loader[int | None](fetch_positions, None)
        self.dependencies = Loader[list[TaskKind]](fetch_dependencies, [])
        self.ledgers = Loader[Ledger](fetch_ledgers, NOTHING_USED)
        self.jobs = Loader[Job | None](fetch_jobs, None)
        self.videos = Loader[Video | None](fetch_videos, None)
        self.playables = Loader[Playable | None](fetch_playables, None)
        self._db = db
        self._renditions: dict[frozenset[str] | None, Loader[list[Any]]] = {}

    def renditions(self, columns: frozenset[str] | None) -> Loader[list[Any]]:
        """Renditions of jobs, with these columns at least; None: with all."""
        loader = self._renditions.get(columns)
        if loader is None:
            fetch = partial(lean_reads.fetch_renditions, columns=columns)
            loader = self._renditions[columns] = _by_job(self._db, fetch)
        return loader


def _by_job(
    db: Database, fetch: Callable[[Database, Iterable[UUID]], Awaitable[list[R]]]
) -> Loader[list[R]]:
    async def grouped(job_ids: list[UUID]) -> dict[UUID, list[R]]:
        groups: dict[UUID, list[R]] = defaultdict(list)
        for row in await fetch(db, job_ids):
            groups[row.job_id].append(row)
        return groups

    return Loader[list[R]](grouped, [])
