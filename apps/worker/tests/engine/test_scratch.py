"""Scratch space is bounded while it is written to, not only before."""

from __future__ import annotations

from pathlib import Path

import pytest

from vidmill_worker.scratch import SOURCES, Scratch, ScratchFull

BLOCK = 64 * 1024


def space_with(tmp_path: Path, max_bytes: int, **attempts: int) -> Scratch:
    """A worker's directory with attempts of so many bytes each."""
    space = Scratch(tmp_path / "worker", max_bytes)
    space.clear()
    for name, size in attempts.items():
        (space.root / name / "360p").mkdir(parents=True)
        (space.root / name / "360p" / "segment_000.m4s").write_bytes(b"x" * size)
    return space


async def test_who_holds_the_most_is_given_up(tmp_path: Path) -> None:
    space = space_with(tmp_path, 3 * BLOCK, large=3 * BLOCK, small=BLOCK)
    await space.check(space.root / "small")
    with pytest.raises(ScratchFull):
        await space.check(space.root / "large")


async def test_within_its_bounds_nobody_is(tmp_path: Path) -> None:
    space = space_with(tmp_path, 5 * BLOCK, large=3 * BLOCK, small=BLOCK)
    await space.check(space.root / "large")


async def test_sources_that_nobody_reads_go_first(tmp_path: Path) -> None:
    space = space_with(tmp_path, 4 * BLOCK, large=3 * BLOCK)
    idle = space.root / SOURCES / "idle.source"
    idle.write_bytes(b"x" * 2 * BLOCK)
    await space.check(space.root / "large")
    assert not idle.exists()
    busy = space.root / SOURCES / "busy.source"
    busy.write_bytes(b"x" * 2 * BLOCK)
    space._readers[busy] = 1
    with pytest.raises(ScratchFull):
        await space.check(space.root / "large")
    assert busy.exists()


async def test_an_attempt_that_ends_meanwhile_does_no_harm(tmp_path: Path) -> None:
    space = space_with(tmp_path, BLOCK)
    await space.check(space.root / "gone")
