"""Sources that are too large to wait for: read by ranges, block by block."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from vidmill.db.task_reads import fetch_tasks
from vidmill.errors import MissingObject
from vidmill.ids import new_id
from vidmill.jobs import JobStatus
from vidmill.storage import Storage
from vidmill.videos import Video, Visibility
from vidmill_worker import scratch, source_blocks
from vidmill_worker.attempt import Services
from vidmill_worker.scratch import Scratch


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is large and how large a block is, a thousand times smaller than in earnest."""
    monkeypatch.setattr(scratch, "WHOLE_BYTES", 10_000)
    monkeypatch.setattr(source_blocks, "BLOCK_BYTES", 4096)
    monkeypatch.setattr(source_blocks, "PIECE_BYTES", 1000)


@pytest.fixture
async def space(services: Services, tmp_path: Path) -> AsyncGenerator[Scratch]:
    space = Scratch(tmp_path / "worker", 10**9)
    space.clear()
    yield space
    await space.close()


async def stored(storage: Storage, data: bytes) -> Video:
    key = f"uploads/{new_id()}/source.bin"
    await storage.put(key, data, content_type="video/mp4")
    found = await storage.head(key)
    now = datetime.now(UTC)
    return Video(
        id=new_id(),
        owner_id=new_id(),
        title="",
        description="",
        tags=[],
        category=None,
        visibility=Visibility.PRIVATE,
        object_key=key,
        filename="source.bin",
        content_type="video/mp4",
        size_bytes=found.size,
        etag=found.etag,
        created_at=now,
        updated_at=now,
        latest_job_id=None,
    )


class Counting:
    """A storage that counts the ranges it is asked for."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.ranges: list[tuple[int, int]] = []

    async def read_range(self, key: str, start: int, end: int, *, etag: str) -> bytes:
        self.ranges.append((start, end))
        return await self.storage.read_range(key, start, end, etag=etag)


async def test_ranges_are_served_and_no_block_is_fetched_twice(
    services: Services, space: Scratch
) -> None:
    data = random.Random(1).randbytes(50_001)
    video = await stored(services.storage, data)
    counting: Any = Counting(services.storage)
    async with space.source(counting, video) as url, httpx.AsyncClient(trust_env=False) as http:
        assert isinstance(url, str)
        part = await http.get(url, headers={"Range": "bytes=20000-20099"})
        assert (part.status_code, part.content) == (206, data[20_000:20_100])
        assert part.headers["content-range"] == "bytes 20000-20099/50001"
        # The block, and a few ahead of it; not the whole.
        assert counting.ranges[0] == (16_384, 20_480)
        assert len(counting.ranges) <= 1 + source_blocks.AHEAD_BLOCKS
        answers = await asyncio.gather(
            *(http.get(url, headers={"Range": f"bytes={n * 700}-"}) for n in range(40))
        )
        assert all(a.content == data[n * 700 :] for n, a in enumerate(answers))
        assert (await http.get(url)).content == data
        assert (await http.head(url)).headers["content-length"] == "50001"
        beyond = await http.get(url, headers={"Range": "bytes=50001-"})
        assert (beyond.status_code, beyond.headers["content-range"]) == (416, "bytes */50001")
        assert (await http.get(url + "x")).status_code == 404
    assert len(counting.ranges) == len(set(counting.ranges)) == 13
    # All of it is here by now: the next task reads a plain file.
    async with space.source(counting, video) as path:
        assert isinstance(path, Path)
        assert path.read_bytes() == data
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.get(url)).status_code == 404


async def test_a_reader_that_leaves_takes_nothing_from_others(
    services: Services, space: Scratch
) -> None:
    data = random.Random(2).randbytes(200_000)
    video = await stored(services.storage, data)
    async with space.source(services.storage, video) as url, httpx.AsyncClient() as http:
        assert isinstance(url, str)

        async def glance() -> None:
            async with http.stream("GET", url) as answer:
                async for _ in answer.aiter_bytes():
                    return

        others = [asyncio.create_task(glance()) for _ in range(20)]
        whole = await http.get(url)
        await asyncio.gather(*others)
        assert whole.content == data


async def test_a_source_that_was_replaced_says_so(services: Services, space: Scratch) -> None:
    video = await stored(services.storage, bytes(50_000))
    await services.storage.put(video.object_key, bytes(50_001), content_type="video/mp4")

    async def use() -> None:
        async with space.source(services.storage, video) as url, httpx.AsyncClient() as http:
            await http.get(str(url))

    with pytest.raises(MissingObject, match="was replaced"):
        await use()
    # A failure is told once; what is put right meanwhile is read.
    await services.storage.put(video.object_key, bytes(50_000), content_type="video/mp4")
    async with space.source(services.storage, video) as url, httpx.AsyncClient() as http:
        assert len((await http.get(str(url))).content) == 50_000


async def test_room_is_made_of_idle_sources(services: Services, space: Scratch) -> None:
    space.max_bytes = 120_000
    videos = [await stored(services.storage, bytes(50_000 + n)) for n in range(3)]
    for video in videos:
        async with space.source(services.storage, video) as url, httpx.AsyncClient() as http:
            assert len((await http.get(str(url))).content) == video.size_bytes
    kept = sorted(path.stem for path in (space.root / "sources").iterdir())
    assert kept == sorted(str(video.id) for video in videos[1:])


@pytest.mark.parametrize("name", ["clip", "late_index"])
async def test_a_job_whose_source_is_read_by_ranges(
    name: str, pipeline: Any, request: pytest.FixtureRequest
) -> None:
    job_id = await pipeline.post(request.getfixturevalue(name))
    worker = pipeline.worker("w1")
    job = await pipeline.work_until_ended(worker, job_id)
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
    assert job.source["video"]["frames"] == 50
    assert all(task.attempt == 1 for task in await fetch_tasks(pipeline.services.db, [job_id]))
    await worker.scratch.close()


async def test_a_large_source_that_is_gone_is_missing(pipeline: Any, clip: Path) -> None:
    job_id = await pipeline.post(clip)
    worker = pipeline.worker("w1")
    await pipeline.services.storage.delete_prefix((await pipeline.job(job_id)).input_key)
    job = await pipeline.work_until_ended(worker, job_id)
    assert (job.status, job.error_code) == (JobStatus.FAILED, "missing_file")
    await worker.scratch.close()
