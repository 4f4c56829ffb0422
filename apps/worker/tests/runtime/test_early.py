"""A job plays while it is being made, and what players have read stays true."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from vidmill.db import growing
from vidmill.db.growing import Growth
from vidmill.db.jobs import cancel_job, retry_job
from vidmill.db.task_reads import fetch_tasks
from vidmill.errors import LeaseLost, MissingObject
from vidmill.jobs import ACTIVE, JobStatus, job_prefix
from vidmill.presets import Preset, VideoSettings, rungs
from vidmill.tasks import TaskKind, TaskStatus
from vidmill_worker import early
from vidmill_worker.attempt import Attempt, Services
from vidmill_worker.ffmpeg.plan import EncodePlan

from .clips import copied, film

SEGMENTS_ONLY = Preset(
    name="segments",
    video=VideoSettings(encoder_preset="ultrafast", rungs=rungs(240)),
    mp4=False,
    thumbnail_percents=(),
)


@pytest.fixture(scope="session")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds of 640x360 at 25 fps with two tracks of sound: 250 frames, four segments."""
    path = tmp_path_factory.mktemp("clips") / "long.mp4"
    return film(path, 10, more=("-map", "0", "-map", "1", "-map", "1"))


@pytest.fixture(scope="session")
def silent_clip(long_clip: Path) -> Path:
    return copied(long_clip, "silent.mp4", "-an")


async def read(services: Services, job_id: UUID, name: str) -> str | None:
    try:
        return (await services.storage.read(job_prefix(job_id) + name)).decode()
    except MissingObject:
        return None


def segments(playlist: str) -> list[str]:
    return [line for line in playlist.splitlines() if not line.startswith("#")]


async def test_playlists_grow_while_the_job_is_made(pipeline: Any, long_clip: Path) -> None:
    services: Services = pipeline.services
    job_id = await pipeline.post(long_clip, spec=SEGMENTS_ONLY)
    names = ("240p/playlist.m3u8", "audio/playlist.m3u8", "audio_2/playlist.m3u8")
    seen: dict[str, list[str]] = {name: [] for name in names}
    playable_first = None

    async def look() -> None:
        nonlocal playable_first
        while (job := await pipeline.job(job_id)).status in ACTIVE:
            if job.playable_at and playable_first is None:
                playable_first = job
                master = await read(services, job_id, "master.m3u8")
                assert master is not None
                assert all(name in master for name in seen)
            for name, versions in seen.items():
                text = await read(services, job_id, name)
                if text is not None and (not versions or versions[-1] != text):
                    versions.append(text)
                    folder = name.rsplit("/", 1)[0]
                    for file in ("init.mp4", *segments(text)):
                        await services.storage.head(f"{job_prefix(job_id)}{folder}/{file}")
            await asyncio.sleep(0.01)

    looking = asyncio.create_task(look())
    workers = [pipeline.worker("w1"), pipeline.worker("w2")]
    await asyncio.gather(*(pipeline.work_until_ended(worker, job_id) for worker in workers))
    await looking
    job = await pipeline.job(job_id)
    assert job.status == JobStatus.COMPLETED
    assert playable_first is not None
    assert playable_first.status == JobStatus.PROCESSING
    assert job.playable_at == playable_first.playable_at
    chunks = [t for t in await fetch_tasks(services.db, [job_id]) if t.kind == TaskKind.VIDEO]
    assert len(chunks) == 2
    for name, versions in seen.items():
        final = await read(services, job_id, name)
        assert final is not None
        assert final.endswith("#EXT-X-ENDLIST\n")
        growing_ones = [text for text in versions if "EVENT" in text]
        assert growing_ones
        for before, after in zip(growing_ones, [*growing_ones[1:], final], strict=True):
            # Only longer: what was read before stays as it was (RFC 8216, 6.2.1).
            assert segments(after)[: len(segments(before))] == segments(before)
        targets = {re.findall(r"TARGETDURATION:(\d+)", text)[0] for text in [*versions, final]}
        assert targets == {"4"}
    async with services.db.connection() as conn:
        assert await growing.growth(conn, job_id) == Growth(0, 0)


async def test_a_job_without_sound_grows_too(pipeline: Any, silent_clip: Path) -> None:
    job_id = await pipeline.post(silent_clip, spec=SEGMENTS_ONLY)
    worker = pipeline.worker("w1")
    assert await worker.run_once(5)  # plan
    assert await worker.run_once(5)  # the first chunk
    job = await pipeline.job(job_id)
    assert (job.status, job.playable_at is None) == (JobStatus.PROCESSING, False)
    playlist = await read(pipeline.services, job_id, "240p/playlist.m3u8")
    assert playlist is not None
    assert segments(playlist) == ["segment_000.m4s"]
    assert (await pipeline.work_until_ended(worker, job_id)).playable_at == job.playable_at


async def test_a_chunk_made_again_never_shortens_a_playlist(pipeline: Any, long_clip: Path) -> None:
    services: Services = pipeline.services
    job_id = await pipeline.post(long_clip, spec=SEGMENTS_ONLY)
    worker = pipeline.worker("w1")
    for _ in range(3):  # plan, sound, the first chunk
        assert await worker.run_once(5)
    async with services.db.connection() as conn:
        grown = await growing.growth(conn, job_id)
        assert grown.video == 1
        # As if more had been published by an attempt that then was lost.
        await growing.save_growth(conn, job_id, Growth(9, grown.audio))
    assert await worker.run_once(5)  # the second chunk: four segments by now
    async with services.db.connection() as conn:
        assert (await growing.growth(conn, job_id)).video == 9
    assert (await pipeline.work_until_ended(worker, job_id)).status == JobStatus.COMPLETED


async def test_a_cancelled_job_grows_anew_when_it_is_tried_again(
    pipeline: Any, long_clip: Path
) -> None:
    services: Services = pipeline.services
    job_id = await pipeline.post(long_clip, spec=SEGMENTS_ONLY)
    worker = pipeline.worker("w1")
    for _ in range(3):
        assert await worker.run_once(5)
    assert (await pipeline.job(job_id)).playable_at is not None
    await cancel_job(services.db, job_id, purge_after_seconds=0)
    assert (await pipeline.job(job_id)).playable_at is None
    await services.queue.push(await retry_job(services.db, job_id, max_attempts=3))
    for _ in range(3):
        await worker.run_once(5)
    while (await pipeline.job(job_id)).playable_at is None:
        assert await worker.run_once(5)
    assert (await pipeline.work_until_ended(worker, job_id)).status == JobStatus.COMPLETED


async def test_nothing_is_published_by_a_lost_attempt_or_after_the_package(
    pipeline: Any, long_clip: Path
) -> None:
    services: Services = pipeline.services
    job_id = await pipeline.post(long_clip, spec=SEGMENTS_ONLY)
    worker = pipeline.worker("w1")
    assert await worker.run_once(5)
    claim = await worker.intake.take_one(5)
    assert claim is not None
    stale = dataclasses.replace(claim.task.lease, attempt=0)
    with pytest.raises(LeaseLost):
        await growing.save_partial(services.db, stale, {"tracks": []})
    plan = EncodePlan.model_validate((await pipeline.job(job_id)).encode_plan)
    await worker._work(claim)
    assert (await pipeline.work_until_ended(worker, job_id)).status == JobStatus.COMPLETED
    before = await read(services, job_id, "audio/playlist.m3u8")
    await early.extend_playlists(Attempt(services, claim, worker.scratch), plan)
    assert await read(services, job_id, "audio/playlist.m3u8") == before
    tasks = await fetch_tasks(services.db, [job_id])
    assert {task.status for task in tasks} == {TaskStatus.COMPLETED}
