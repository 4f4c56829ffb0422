from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import httpx
import pytest
from psycopg import AsyncCursor

from vidmill.db import accounts, api_keys, tasks, videos
from vidmill.db.claims import claim_task
from vidmill.db.job_reads import fetch_job
from vidmill.db.jobs import create_job, publish_job
from vidmill.db.pool import Database
from vidmill.db.verifications import request_verification
from vidmill.ids import new_id
from vidmill.jobs import Asset, AssetKind, Rendition, job_prefix
from vidmill.settings import Settings
from vidmill.tasks import Failure, NewTask, Task, TaskKind
from vidmill.users import Role, User, new_api_key
from vidmill_graphql.app import create_app

Json = dict[str, Any]


class Data:
    """Rows as the API and workers leave them."""

    def __init__(self, db: Database) -> None:
        self.db = db

    async def user(self, role: Role = Role.USER) -> tuple[User, str]:
        email = f"{new_id()}@example.com"
        user = await accounts.create_user(self.db, email=email, password_hash="x", role=role)
        assert user is not None
        return user, await self.key(user)

    async def key(self, user: User, **rights: Any) -> str:
        key = new_api_key()
        await api_keys.store_api_key(self.db, owner_id=user.id, name="test", key=key, **rights)
        return key

    async def job(self, owner: User, filename: str = "clip.mp4", priority: int = 5) -> UUID:
        async with self.db.transaction() as conn:
            video_id = await videos.create_video(
                conn,
                owner_id=owner.id,
                object_key=f"uploads/{owner.id}/{new_id()}/{filename}",
                filename=filename,
                content_type="video/mp4",
                size_bytes=5_000_000_000,
                etag='"e"',
            )
            task = (
                await create_job(
                    conn,
                    owner_id=owner.id,
                    video_id=video_id,
                    filename=filename,
                    preset="web",
                    spec={},
                    priority=priority,
                    metadata={"title": "A clip"},
                    max_attempts=5,
                )
            ).queued
        return task.job_id

    async def finished_job(self, owner: User, rungs: tuple[int, ...] = (360, 720)) -> UUID:
        job_id = await self.job(owner)
        [plan] = await self._tasks(job_id)
        ready = await self._complete(plan, [NewTask(kind=TaskKind.PACKAGE)])
        lease = (await self._claim(ready[0].id)).lease
        prefix = job_prefix(job_id)
        await publish_job(
            self.db,
            lease,
            {},
            renditions=[_rendition(job_id, prefix, rung) for rung in rungs],
            assets=[
                _asset(job_id, prefix, AssetKind.MASTER_PLAYLIST, "master.m3u8"),
                _asset(job_id, prefix, AssetKind.DASH_MANIFEST, "manifest.mpd"),
                _asset(job_id, prefix, AssetKind.THUMBNAIL, "thumbnails/thumb_00.jpg"),
                _asset(job_id, prefix, AssetKind.SMALL_POSTER, "thumbnails/poster_small.jpg"),
                _asset(job_id, prefix, AssetKind.STORYBOARD, "thumbnails/storyboard.vtt"),
            ],
            cpu_seconds=1,
        )
        return job_id

    async def failed_job(self, owner: User, *, retryable: bool = False) -> UUID:
        job_id = await self.job(owner)
        [plan] = await self._tasks(job_id)
        lease = (await self._claim(plan)).lease
        failure = Failure(code="corrupt_file", message="It ends in mid-frame.", retryable=retryable)
        await tasks.fail_task(
            self.db, lease, failure, retry_base_seconds=1, retry_max_seconds=1, max_attempts=1
        )
        return job_id

    async def video_of(self, job_id: str) -> UUID:
        return (await fetch_job(self.db, UUID(job_id))).video_id

    async def verified(self, job_id: UUID, frames: dict[str, int], problems: list[Json]) -> None:
        """What a worker leaves that has verified a job."""
        task = await request_verification(self.db, job_id, max_attempts=5)
        lease = (await self._claim(task.id)).lease
        verdict = {"problems": problems, "problem_count": len(problems), "files": 9}
        await tasks.complete_task(self.db, lease, {**verdict, "frames": frames, "cpu_seconds": 0.5})

    async def _tasks(self, job_id: UUID) -> list[UUID]:
        from vidmill.db.task_reads import fetch_tasks

        return [task.id for task in await fetch_tasks(self.db, [job_id])]

    async def _claim(self, task_id: UUID) -> Task:
        claim = await claim_task(self.db, task_id, worker_id="w", lease_seconds=30)
        assert claim is not None
        return claim.task

    async def _complete(self, task_id: UUID, more: list[NewTask]) -> list[Any]:
        task = await self._claim(task_id)
        return await tasks.complete_task(self.db, task.lease, {}, new_tasks=more)


def _rendition(job_id: UUID, prefix: str, rung: int) -> Rendition:
    return Rendition(
        id=new_id(),
        job_id=job_id,
        name=f"{rung}p",
        width=rung * 2,
        height=rung,
        codec="h264",
        codecs="avc1.64001f",
        fps=25,
        frames=250,
        duration_seconds=10,
        bitrate_bps=1_000_000,
        size_bytes=3_000_000_000,
        segments=3,
        playlist_key=f"{prefix}{rung}p/playlist.m3u8",
        mp4_key=f"{prefix}{rung}p/video_{rung}p.mp4",
        mp4_size_bytes=3_000_000_001,
        psnr=41.5,
        vmaf=93.25,
    )


def _asset(job_id: UUID, prefix: str, kind: AssetKind, name: str) -> Asset:
    return Asset(
        id=new_id(),
        job_id=job_id,
        kind=kind,
        name=name,
        rendition=None,
        object_key=prefix + name,
        content_type="image/jpeg",
        size_bytes=10,
    )


@pytest.fixture
async def data(settings: Settings) -> AsyncGenerator[Data]:
    db = Database(settings.database_url.get_secret_value(), size=4, name="test")
    await db.open()
    yield Data(db)
    await db.close()


class Client:
    """Asks the service over HTTP."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def ask(self, query: str, key: str, **variables: Any) -> Json:
        reply = await self.http.post(
            "/query", json={"query": query, "variables": variables}, headers={"X-API-Key": key}
        )
        assert reply.status_code == 200, reply.text
        return reply.json()

    async def data(self, query: str, key: str, **variables: Any) -> Json:
        answer = await self.ask(query, key, **variables)
        assert "errors" not in answer, answer
        return answer["data"]


@pytest.fixture
async def client(settings: Settings) -> AsyncGenerator[Client]:
    app = create_app(settings)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test") as http,
    ):
        yield Client(http)


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement the driver runs from here on, but for the pool's empty ones."""
    seen: list[str] = []
    execute = AsyncCursor.execute

    async def record(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        if query:
            seen.append(str(query))
        return await execute(self, query, *args, **kwargs)

    monkeypatch.setattr(AsyncCursor, "execute", record)
    return seen
