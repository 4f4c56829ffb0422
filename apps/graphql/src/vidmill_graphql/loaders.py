"""Batched reads: whatever a query nests, each kind of row is read once per level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from vidmill.db import job_reads, task_reads, videos
from vidmill.db.pool import Database
from vidmill.jobs import Asset, Rendition
from vidmill.tasks import Task
from vidmill.videos import Video


class _OfJob(Protocol):
    @property
    def job_id(self) -> UUID: ...


R = TypeVar("R", bound=_OfJob)


class Loaders:
    """The loaders of one request; nothing is kept beyond it."""

    def __init__(self, db: Database) -> None:
        self.tasks: DataLoader[UUID, list[Task]] = DataLoader(_by_job(db, task_reads.fetch_tasks))
        self.renditions: DataLoader[UUID, list[Rendition]] = DataLoader(
            _by_job(db, job_reads.fetch_renditions)
        )
        self.assets: DataLoader[UUID, list[Asset]] = DataLoader(_by_job(db, job_reads.fetch_assets))

        async def load_videos(ids: list[UUID]) -> list[Video | None]:
            found = await videos.fetch_videos(db, ids)
            return [found.get(video_id) for video_id in ids]

        self.videos: DataLoader[UUID, Video | None] = DataLoader(load_videos)


def _by_job(
    db: Database, fetch: Callable[[Database, Iterable[UUID]], Awaitable[list[R]]]
) -> Callable[[list[UUID]], Awaitable[list[list[R]]]]:
    async def load(job_ids: list[UUID]) -> list[list[R]]:
        grouped: dict[UUID, list[R]] = defaultdict(list)
        for row in await fetch(db, job_ids):
            grouped[row.job_id].append(row)
        return [grouped[job_id] for job_id in job_ids]

    return load
