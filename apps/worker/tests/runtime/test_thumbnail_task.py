"""Pictures that people sent become stills of their videos, or are refused with a reason."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from vidmill.db.job_reads import fetch_job
from vidmill.db.thumbnails import announce_source, expect_thumbnail
from vidmill.db.videos import delete_video, fetch_video
from vidmill.ids import new_id
from vidmill.image_headers import parse_header
from vidmill.jobs import JobStatus
from vidmill.thumbnails import (
    ThumbnailStatus,
    small_thumbnail_key,
    source_key,
    thumbnail_of,
    thumbnails_prefix,
)
from vidmill.videos import Video
from vidmill_worker.ffmpeg.executable import ffmpeg_of


class Sender:
    """Somebody with a video that has a completed job, and a worker beside."""

    def __init__(self, pipeline: Any, video_id: UUID, job_id: UUID) -> None:
        self.pipeline, self.video_id, self.job_id = pipeline, video_id, job_id
        self.services = pipeline.services
        self.worker = pipeline.worker("w1")

    async def send(self, picture: bytes) -> str:
        source = source_key(self.pipeline.owner.id, new_id())
        await announce_source(self.services.db, source)
        await self.services.storage.put(source, picture, content_type="image/png")
        queued = await expect_thumbnail(self.services.db, self.video_id, source, max_attempts=2)
        await self.services.queue.push(queued)
        return source

    async def video(self) -> Video:
        return await fetch_video(self.services.db, self.video_id)

    async def outcome(self) -> Video:
        """The video once the worker is done with the picture."""
        async with asyncio.timeout(30):
            while (video := await self.video()).thumbnail_source is not None:
                await self.worker.run_once(0.5)
        job = await fetch_job(self.services.db, self.job_id)
        assert (job.status, job.error_code, job.progress) == (JobStatus.COMPLETED, None, 1)
        return video


@pytest.fixture
async def sender(pipeline: Any, clip: Path) -> Sender:
    video_id = await pipeline.upload(clip)
    job_id = await pipeline.post_job(video_id, "clip.mp4")
    async with pipeline.services.db.connection() as conn:
        await conn.execute("DELETE FROM tasks")
        await conn.execute(
            "UPDATE jobs SET status = 'completed', progress = 1, started_at = now(),"
            " playable_at = now(), finished_at = now()"
        )
    return Sender(pipeline, video_id, job_id)


def picture(sender: Sender, name: str, size: str = "400x200") -> bytes:
    ffmpeg = str(ffmpeg_of(sender.services.settings).executable)
    command = [ffmpeg, "-v", "error", "-f", "lavfi", "-i", f"testsrc2=s={size}", "-frames:v", "1"]
    command += ["-metadata", "comment=secret place", "-f", "image2pipe", "-c:v", name, "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout


async def test_pictures_are_made_anew_and_replaced(sender: Sender) -> None:
    storage = sender.services.storage
    folder = thumbnails_prefix(sender.video_id)
    for codec in ("png", "mjpeg", "libwebp"):
        source = await sender.send(picture(sender, codec))
        video = await sender.outcome()
        assert thumbnail_of(video) is not None
        assert video.thumbnail_error is None
        key = str(video.thumbnail_key)
        for one, *size in ((key, 400, 200), (small_thumbnail_key(key), 320, 160)):
            made = await storage.read(one)
            header = parse_header(made)
            assert [header.format, header.width, header.height] == ["jpeg", *size]
            assert b"secret" not in made
        await sender.pipeline.reaper().purge_objects()
        # The one before is gone in both sizes, and so is what was sent.
        assert set(await storage.list_keys(folder)) == {key, small_thumbnail_key(key)}
        assert await storage.list_keys(source) == []
    await sender.send(picture(sender, "png"))
    await delete_video(sender.services.db, sender.video_id, purge_after_seconds=0)
    # Its task went with it, whoever finds the message.
    await sender.worker.run_once(0.5)
    await sender.pipeline.reaper().purge_objects()
    assert await storage.list_keys(folder) == []
    assert await storage.list_keys(f"uploads/{sender.pipeline.owner.id}/") == []


async def test_what_lies_about_itself_is_refused_by_the_worker(sender: Sender) -> None:
    good = picture(sender, "png")
    await sender.send(good)
    key = (await sender.outcome()).thumbnail_key
    huge = good[:16] + (60_000).to_bytes(4, "big") * 2 + good[24:]
    for liar, why in (
        (good[: len(good) // 2], "damaged"),
        (good[:60] + bytes(len(good) - 60), "damaged"),
        (good[:33], "damaged"),
        (huge, "pixels"),
        (b"\xff\xd8\xff" + good, "no picture"),
        (b"#EXTM3U\nfile:///etc/passwd\n", "no picture"),
        (b"", "no picture"),
    ):
        await sender.send(liar)
        video = await sender.outcome()
        thumbnail = thumbnail_of(video)
        assert thumbnail is not None
        assert thumbnail.status is ThumbnailStatus.FAILED
        assert why in str(thumbnail.detail), liar[:40]
        # What was the poster stays.
        assert video.thumbnail_key == key


async def test_a_picture_that_is_gone_is_asked_for_again(sender: Sender) -> None:
    source = await sender.send(picture(sender, "png"))
    await sender.services.storage.delete_prefix(source)
    video = await sender.outcome()
    assert "not in storage" in str(video.thumbnail_error)
