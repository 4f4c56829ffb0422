"""Jobs whose source is fetched first, one attempt at a time."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from vidmill.db import jobs, presets, sources, videos
from vidmill.db.job_reads import fetch_job
from vidmill.db.task_reads import fetch_tasks
from vidmill.tasks import Task, TaskKind


class Fetching:
    """A job whose source is to be fetched."""

    def __init__(self, pipeline: Any, job_id: UUID) -> None:
        self.pipeline = pipeline
        self.db = pipeline.services.db
        self.job_id = job_id
        self.worker = pipeline.worker("w1")

    async def once(self) -> Task:
        """One attempt; returns the task as it is then."""
        async with asyncio.timeout(20):
            while not await self.worker.run_once(0.2):
                await self.pipeline.reaper().push_missing()
        return await self.task()

    async def task(self) -> Task:
        tasks = await fetch_tasks(self.db, [self.job_id])
        return next(task for task in tasks if task.kind == TaskKind.FETCH)

    async def video(self) -> videos.Video:
        return await videos.fetch_video(self.db, (await fetch_job(self.db, self.job_id)).video_id)

    async def content(self) -> bytes:
        video = await self.video()
        body = await self.pipeline.services.storage.open(video.object_key, etag=video.etag)
        return b"".join([chunk async for chunk in body.chunks])

    async def unfinished(self) -> int:
        folder = f"uploads/{self.pipeline.owner.id}/"
        return len(await self.pipeline.services.storage.unfinished_uploads(folder))


async def post(pipeline: Any, origin: dict[str, str]) -> Fetching:
    db, owner = pipeline.services.db, pipeline.owner.id
    spec = await presets.fetch_preset(db, "web", owner_id=owner)
    assert spec is not None
    async with db.transaction() as conn:
        task = (
            await jobs.create_job(
                conn,
                owner_id=owner,
                video_id=await sources.expect_video(conn, owner_id=owner, filename="a clip.mp4"),
                filename="a clip.mp4",
                preset="web",
                spec=spec,
                priority=5,
                metadata={},
                max_attempts=3,
                origin=origin,
            )
        ).queued
    assert task.kind == TaskKind.FETCH
    await pipeline.services.queue.push([task])
    return Fetching(pipeline, task.job_id)
