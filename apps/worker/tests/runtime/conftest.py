from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from prometheus_client import CollectorRegistry

from vidmill.db import accounts, presets, videos
from vidmill.db.job_reads import fetch_job
from vidmill.db.jobs import create_job
from vidmill.db.pool import Database
from vidmill.edits import Edits
from vidmill.ids import new_id
from vidmill.jobs import ACTIVE, Job
from vidmill.metrics import NotifierMetrics
from vidmill.outbound_rules import read_networks
from vidmill.presets import Preset
from vidmill.queue import Queue
from vidmill.settings import Settings
from vidmill.storage import Storage
from vidmill.users import User
from vidmill_stack.pytest_plugin import MakeSettings
from vidmill_worker import notifier
from vidmill_worker.attempt import Services
from vidmill_worker.notifier import Notifier
from vidmill_worker.reaper import Reaper
from vidmill_worker.worker import Worker

from .clips import copied, film
from .webhook_receiver import Receiver, receiving
from .webhook_stage import Stage

LEASE_SECONDS = 2


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of 640x360 at 25 fps with sound: 50 frames."""
    return film(tmp_path_factory.mktemp("clips") / "clip.mp4", 2)


@pytest.fixture(scope="session")
def late_index(clip: Path) -> Path:
    """The same clip with its index moved behind the media."""
    return copied(clip, "late_index.mov")


@pytest.fixture(scope="session")
def six_seconds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two chunks: a lead of a second, and the rest."""
    return film(tmp_path_factory.mktemp("clips") / "six.mp4", 6)


@pytest.fixture
async def services(settings: Settings) -> AsyncGenerator[Services]:
    made = Services(
        settings,
        Database(settings.database_url.get_secret_value(), size=8, name="test"),
        Queue(settings.redis_url.get_secret_value()),
        Storage(settings),
    )
    await made.db.open()
    yield made
    await made.close()


@pytest.fixture
async def stage(make_settings: MakeSettings) -> AsyncGenerator[Stage]:
    """Webhooks with little patience."""
    made = notifier.Services.of(
        make_settings(
            outbound_allow_cidrs=read_networks("127.0.0.1/32"),
            webhook_timeout_seconds=0.3,
            webhook_retry_seconds=(0.05, 0.1, 0.1, 0.1, 0.1, 0.1),
            webhook_poll_seconds=0.05,
            webhook_endpoint_concurrency=4,
        )
    )
    await made.db.open()
    yield Stage(made)
    await made.close()


@pytest.fixture
async def receiver() -> AsyncGenerator[Receiver]:
    async with receiving(Receiver()) as one:
        yield one


@pytest.fixture
def make(stage: Stage) -> Callable[[], Notifier]:
    """New notifiers on this stage."""
    return lambda: Notifier(stage.services, NotifierMetrics(CollectorRegistry()))


class Pipeline:
    """Posts jobs as the API does and looks at what becomes of them."""

    def __init__(self, services: Services, owner: User) -> None:
        self.services = services
        self.owner = owner

    def worker(self, name: str) -> Worker:
        worker = Worker(self.services, name, CollectorRegistry())
        worker.scratch.clear()
        return worker

    def reaper(self) -> Reaper:
        return Reaper(self.services, CollectorRegistry())

    async def post(
        self, file: Path, *, preset: str = "web", spec: Preset | None = None, reuse: bool = True
    ) -> UUID:
        """`spec` goes before what is stored under the preset's name."""
        video_id = await self.upload(file)
        return await self.post_job(video_id, file.name, preset=preset, spec=spec, reuse=reuse)

    async def upload(self, file: Path) -> UUID:
        db, storage = self.services.db, self.services.storage
        key = f"uploads/{self.owner.id}/{new_id()}/{file.name}"
        await storage.upload_file(file, key, content_type="video/mp4")
        found = await storage.head(key)
        async with db.transaction() as conn:
            return await videos.create_video(
                conn,
                owner_id=self.owner.id,
                object_key=key,
                filename=file.name,
                content_type="video/mp4",
                size_bytes=found.size,
                etag=found.etag,
            )

    async def post_job(
        self,
        video_id: UUID,
        filename: str,
        *,
        preset: str = "web",
        spec: Preset | None = None,
        reuse: bool = True,
        edits: Edits | None = None,
    ) -> UUID:
        db = self.services.db
        stored = await presets.fetch_preset(db, preset, owner_id=self.owner.id)
        assert stored is not None
        async with db.transaction() as conn:
            task = (
                await create_job(
                    conn,
                    owner_id=self.owner.id,
                    video_id=video_id,
                    filename=filename,
                    preset=preset,
                    spec=spec.model_dump(mode="json") if spec else stored,
                    priority=5,
                    metadata={"title": "A clip"},
                    max_attempts=self.services.settings.task_max_attempts,
                    reuse=reuse,
                    edits=edits.model_dump(exclude_none=True) if edits else None,
                )
            ).queued
        await self.services.queue.push([task])
        return task.job_id

    async def job(self, job_id: UUID) -> Job:
        return await fetch_job(self.services.db, job_id)

    async def end(self, worker: Worker, job_id: UUID) -> Job:
        """Work on, with the reaper beside it, as what was put off is pushed by it."""
        reaper = self.reaper()
        async with asyncio.timeout(60):
            while (job := await self.job(job_id)).status in ACTIVE:
                await reaper.push_missing()
                await worker.run_once(0.5)
        return job

    async def work_until_ended(self, worker: Worker, job_id: UUID, seconds: float = 60) -> Job:
        async with asyncio.timeout(seconds):
            while (job := await self.job(job_id)).status in ACTIVE:
                await worker.run_once(0.5)
        return job


@pytest.fixture
async def pipeline(services: Services) -> Pipeline:
    user = await accounts.create_user(
        services.db, email=f"{new_id()}@example.com", password_hash="x"
    )
    assert user is not None
    return Pipeline(services, user)


@pytest.fixture
def impatient(pipeline: Pipeline) -> Pipeline:
    """A pipeline where waiting for lost leases and after failures is over soon."""
    update = {"lease_seconds": LEASE_SECONDS, "retry_base_seconds": 0.1}
    settings = pipeline.services.settings.model_copy(update=update)
    pipeline.services = replace(pipeline.services, settings=settings)
    return pipeline
