"""A hundred finished jobs with four renditions each, as workers leave them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from vidmill.db import accounts, api_keys, tasks, videos
from vidmill.db.claims import claim_task
from vidmill.db.jobs import create_job, publish_job, save_plan
from vidmill.db.migrate import migrate
from vidmill.db.pool import Database
from vidmill.ids import new_id
from vidmill.jobs import Rendition, job_prefix
from vidmill.presets import WEB
from vidmill.settings import Settings
from vidmill.tasks import Lease, NewTask, TaskKind
from vidmill.users import Role, User, new_api_key

JOBS = 100
RUNGS = (360, 480, 720, 1080)
#: As long as those of real jobs.
SOURCE: dict[str, Any] = {
    "format": "mov,mp4,m4a,3gp,3g2,mj2",
    "size_bytes": 125_000_000,
    "duration_seconds": 100.0,
    "bitrate_bps": 10_000_000,
    "start_seconds": 0.0,
    "video": {
        "index": 0, "codec": "h264", "profile": "High", "width": 1920, "height": 1080,
        "frame_rate": "30000/1001", "frames": 2997, "pixel_format": "yuv420p", "rotation": 0,
        "color": {"space": "bt709", "transfer": "bt709", "primaries": "bt709", "range": "tv"},
    },
    "audio": [
        {"index": 1, "codec": "aac", "channels": 2, "sample_rate": 48000, "language": "en"}
    ],
    "subtitles": [],
}  # fmt: skip


async def seed(settings: Settings) -> str:
    """Make the rows; returns their owner's API key."""
    await migrate(settings.database_url.get_secret_value())
    db = Database(settings.database_url.get_secret_value(), size=2, name="seed")
    await db.open()
    try:
        user = await accounts.create_user(
            db, email="bench@example.com", password_hash="x", role=Role.USER
        )
        assert user is not None
        key = new_api_key()
        await api_keys.store_api_key(db, owner_id=user.id, name="bench", key=key)
        for number in range(JOBS):
            await _finished_job(db, user, f"clip-{number}.mp4")
        return key
    finally:
        await db.close()


async def _finished_job(db: Database, owner: User, filename: str) -> None:
    async with db.transaction() as conn:
        video_id = await videos.create_video(
            conn, owner_id=owner.id, object_key=f"uploads/{owner.id}/{new_id()}/{filename}",
            filename=filename, content_type="video/mp4", size_bytes=125_000_000, etag='"e"',
        )  # fmt: skip
        plan = (await create_job(
            conn, owner_id=owner.id, video_id=video_id, filename=filename, preset=WEB.name,
            spec=WEB.model_dump(mode="json"), priority=5, metadata={"title": filename},
            max_attempts=5,
        )).queued  # fmt: skip
    lease = await _claim(db, plan.id)
    rungs = [{"name": f"{r}p", "width": r * 16 // 9, "height": r} for r in RUNGS]
    encode_plan = {"rungs": rungs, "chunks": [[0, 960], [960, 2997]], "notes": []}
    await save_plan(db, lease, source=SOURCE, encode_plan=encode_plan)
    [package] = await tasks.complete_task(db, lease, {}, new_tasks=[NewTask(kind=TaskKind.PACKAGE)])
    await publish_job(
        db, await _claim(db, package.id), {}, assets=[], cpu_seconds=1,
        renditions=[_rendition(plan.job_id, rung) for rung in RUNGS],
    )  # fmt: skip


async def _claim(db: Database, task_id: UUID) -> Lease:
    claim = await claim_task(db, task_id, worker_id="bench", lease_seconds=60)
    assert claim is not None
    return claim.task.lease


def _rendition(job_id: UUID, rung: int) -> Rendition:
    folder = f"{job_prefix(job_id)}{rung}p/"
    return Rendition(
        id=new_id(), job_id=job_id, name=f"{rung}p", width=rung * 16 // 9 // 2 * 2, height=rung,
        codec="h264", codecs="avc1.640028", fps=29.97, frames=2997, duration_seconds=100.0,
        bitrate_bps=4_000 * rung, size_bytes=50_000 * rung, segments=25,
        playlist_key=f"{folder}playlist.m3u8", mp4_key=f"{folder}video_{rung}p.mp4",
        mp4_size_bytes=50_000 * rung, vmaf=93.5,
    )  # fmt: skip
