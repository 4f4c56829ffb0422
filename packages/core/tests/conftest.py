from __future__ import annotations

from collections.abc import AsyncGenerator
from uuid import UUID

import pytest

from vidmill.db import accounts, videos
from vidmill.db.jobs import create_job
from vidmill.db.pool import Database
from vidmill.ids import new_id
from vidmill.settings import Settings
from vidmill.tasks import Lease, QueuedTask
from vidmill.users import User


@pytest.fixture
async def db(settings: Settings) -> AsyncGenerator[Database]:
    database = Database(settings.database_url.get_secret_value(), size=8, name="test")
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def owner(db: Database) -> User:
    user = await accounts.create_user(db, email="ada@example.com", password_hash="x")
    assert user is not None
    return user


class Jobs:
    """Makes jobs and takes their tasks, as the API and workers do."""

    def __init__(self, db: Database, owner: User) -> None:
        self.db = db
        self.owner = owner

    async def create(self, *, priority: int = 5, max_attempts: int = 3) -> QueuedTask:
        async with self.db.transaction() as conn:
            key = f"uploads/{self.owner.id}/{new_id()}/clip.mp4"
            video_id = await videos.create_video(
                conn,
                owner_id=self.owner.id,
                object_key=key,
                filename="clip.mp4",
                content_type="video/mp4",
                size_bytes=1000,
                etag='"abc"',
            )
            return (
                await create_job(
                    conn,
                    owner_id=self.owner.id,
                    video_id=video_id,
                    filename="clip.mp4",
                    preset="web",
                    spec={"name": "web"},
                    priority=priority,
                    metadata={"title": "A clip"},
                    max_attempts=max_attempts,
                )
            ).queued

    async def claim(
        self, task_id: UUID, worker_id: str = "w1", lease_seconds: float = 30
    ) -> Lease | None:
        from vidmill.db.claims import claim_task

        claim = await claim_task(self.db, task_id, worker_id=worker_id, lease_seconds=lease_seconds)
        return claim and claim.task.lease

    async def begin(self, task_id: UUID, worker_id: str = "w1", lease_seconds: float = 30) -> Lease:
        lease = await self.claim(task_id, worker_id, lease_seconds)
        assert lease is not None
        return lease


@pytest.fixture
def jobs(db: Database, owner: User) -> Jobs:
    return Jobs(db, owner)
