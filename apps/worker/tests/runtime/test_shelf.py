"""Segments borrowed from storage: there while they are used, and not all of them for ever."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from vidmill.errors import MissingObject
from vidmill.jobs import job_prefix
from vidmill_worker import shelf
from vidmill_worker.attempt import Attempt
from vidmill_worker.results import Segment, Track
from vidmill_worker.shelf import Shelf


def track(*numbers: int) -> Track:
    segments = tuple(
        Segment(
            number=number, decode_time=0, decode_end=1, start_time=0, duration_ticks=1, samples=1,
            size_bytes=9,
        )
        for number in numbers
    )  # fmt: skip
    return Track(
        name="360p", codecs="", timescale=1, init_size_bytes=1, init_sha256="", segments=segments
    )


@pytest.fixture
async def attempt(pipeline: Any, clip: Path) -> Attempt:
    """A claimed task whose job has an init segment and three media segments in storage."""
    job_id = await pipeline.post(clip)
    worker = pipeline.worker("w1")
    claim = await worker.intake.take_one(5)
    for name in ("init.mp4", *(f"segment_00{n}.m4s" for n in range(3))):
        await pipeline.services.storage.put(
            f"{job_prefix(job_id)}360p/{name}", name.encode(), content_type="video/mp4"
        )
    return Attempt(pipeline.services, claim, worker.scratch)


async def test_what_is_borrowed_is_there_and_what_nobody_uses_goes(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "KEPT_FILES", 2)
    folder = attempt.scratch / "360p"
    async with Shelf(attempt) as borrowed:
        async with borrowed.borrow(track(0)):
            async with borrowed.borrow(track(0, 1)):
                assert {file.name for file in folder.iterdir()} == {
                    "init.mp4", "segment_000.m4s", "segment_001.m4s",
                }  # fmt: skip
                assert (folder / "segment_001.m4s").read_bytes() == b"segment_001.m4s"
            # Three are more than may stay, and one of them nobody uses any more.
            assert {file.name for file in folder.iterdir()} == {"init.mp4", "segment_000.m4s"}
            fetched = (folder / "segment_000.m4s").stat().st_mtime_ns
        async with borrowed.borrow(track(0)):
            assert (folder / "segment_000.m4s").stat().st_mtime_ns == fetched
        async with borrowed.borrow(track(2)):
            assert (folder / "segment_002.m4s").exists()


async def test_a_missing_segment_raises_as_itself(attempt: Attempt) -> None:
    async with Shelf(attempt) as borrowed:
        with pytest.raises(MissingObject):
            async with borrowed.borrow(track(0, 7)):
                pytest.fail("it is not there")


async def test_leaving_calls_off_what_is_under_way(attempt: Attempt) -> None:
    async def borrow() -> None:
        async with borrowed.borrow(track(0, 1, 2)):
            await asyncio.sleep(60)

    async with Shelf(attempt) as borrowed:
        borrower = asyncio.create_task(borrow())
        await asyncio.sleep(0)
        borrower.cancel()
    assert all(fetch.done() for fetch in borrowed._files.values())
