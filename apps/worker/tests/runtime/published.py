"""A published job as tests of its verification use it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from vidmill.db.task_reads import fetch_tasks
from vidmill.db.verifications import request_verification
from vidmill.jobs import JobStatus, job_prefix
from vidmill.tasks import TaskKind
from vidmill.verifications import Verification, VerificationStatus, verification_of
from vidmill_worker.layout import segment_name
from vidmill_worker.outputs import content_type
from vidmill_worker.results import tracks_of
from vidmill_worker.worker import Worker


@dataclass(frozen=True)
class Published:
    """A published job of two rungs, and who verifies it."""

    pipeline: Any
    worker: Worker
    job_id: UUID

    @property
    def prefix(self) -> str:
        return job_prefix(self.job_id)

    async def read(self, name: str) -> bytes:
        return await self.pipeline.services.storage.read(self.prefix + name)

    async def put(self, name: str, data: bytes) -> None:
        storage = self.pipeline.services.storage
        await storage.put(self.prefix + name, data, content_type=content_type(name))

    @asynccontextmanager
    async def damaged(self, objects: Mapping[str, bytes | None]) -> AsyncGenerator[None]:
        """The job with some objects replaced, or removed (None)."""
        before = {name: await self.read(name) for name in objects}
        for name, data in objects.items():
            assert data != before[name]
            if data is None:
                await self.pipeline.services.storage.delete_prefix(self.prefix + name)
            else:
                await self.put(name, data)
        yield
        for name, data in before.items():
            await self.put(name, data)

    async def frames(self, name: str) -> int:
        """How many frames a segment was recorded with."""
        rung, file = name.split("/")
        tasks = await fetch_tasks(self.pipeline.services.db, [self.job_id])
        results = [task.result for task in tasks if task.kind == TaskKind.VIDEO]
        segments = {
            segment_name(segment.number): segment.samples
            for result in results
            if result is not None
            for track in tracks_of(result)
            if track.name == rung
            for segment in track.segments
        }
        return segments[file]

    async def ask(self) -> UUID:
        services = self.pipeline.services
        task = await request_verification(services.db, self.job_id, max_attempts=2)
        await services.queue.push([task])
        return task.id

    async def verification(self) -> Verification:
        found = verification_of(await fetch_tasks(self.pipeline.services.db, [self.job_id]))
        assert found is not None
        return found

    async def verify(self) -> Verification:
        await self.ask()
        while (found := await self.verification()).status is VerificationStatus.RUNNING:
            await self.worker.run_once(0.5)
        job = await self.pipeline.job(self.job_id)
        assert (job.status, job.progress, job.error_code) == (JobStatus.COMPLETED, 1, None)
        return found
