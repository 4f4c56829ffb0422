"""Plans: chunks that add up, clocks that hold whole ticks."""

from __future__ import annotations

from fractions import Fraction

import pytest

from vidmill.presets import WEB
from vidmill.sources import SourceInfo
from vidmill_worker.ffmpeg.chunks import LONG_CHUNK_SEGMENTS, SegmentGrid, even, lead_first, split
from vidmill_worker.ffmpeg.plan import EncodePlan, make_plan

from .described import source

GRID = SegmentGrid(lead_frames=100, segment_frames=100)


@pytest.mark.parametrize("frames", [1, 2, 99, 100, 101, 102, 103, 199, 200, 250, 719, 100_000])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 8, 64])
@pytest.mark.parametrize("lead", [50, 100])
def test_chunks_cover_every_frame_once_at_segment_boundaries(
    frames: int, count: int, lead: int
) -> None:
    grid = SegmentGrid(lead_frames=lead, segment_frames=100)
    chunks = split(frames, grid, even(count))
    assert 1 <= len(chunks) <= count
    assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))
    position = 0
    for chunk in chunks:
        assert chunk.first_frame == position == grid.first_frame(chunk.first_segment)
        # Fewer frames than the encoder reorders would start with another decode delay.
        assert chunk.frames > 2 or frames <= 2
        position += chunk.frames
    assert position == frames
    assert [chunk.is_last for chunk in chunks] == [False] * (len(chunks) - 1) + [True]


def test_chunks_are_even() -> None:
    sizes = [chunk.frames for chunk in split(1000, GRID, even(4))]
    assert max(sizes) - min(sizes) <= 100


@pytest.mark.parametrize(
    ("segments", "sizes"),
    [
        (1, [1]),
        (2, [1, 1]),
        (8, [1, 7]),
        (9, [1, 4, 4]),
        (16, [1, 7, 8]),
        (17, [1, 8, 4, 4]),
        (30, [1, 8, 8, 6, 7]),
    ],
)
def test_a_lead_comes_first_and_shorter_chunks_last(segments: int, sizes: list[int]) -> None:
    assert lead_first(segments) == sizes


def test_the_first_segment_of_a_fast_start_is_a_second() -> None:
    plan = make_plan(source(frames=1000), WEB)
    assert [chunk.frames for chunk in plan.chunks] == [25, 500, 475]
    assert make_plan(source(frames=100), WEB).grid.lead_frames == 100, "one segment is whole"


def test_chunks_of_a_long_video_are_long() -> None:
    for segments in range(1, 2000):
        sizes = lead_first(segments)
        assert sum(sizes) == segments
        assert max(sizes) <= LONG_CHUNK_SEGMENTS
    assert len(lead_first(1800)) < 1800 / LONG_CHUNK_SEGMENTS + 6


@pytest.mark.parametrize(
    ("rate", "gop", "segment", "timescale", "base"),
    [
        ("25", 50, 100, 12_800, "2/25"),
        ("30000/1001", 60, 120, 30_000, "1001/15000"),
        ("24000/1001", 48, 96, 24_000, "1001/12000"),
        ("60", 120, 240, 15_360, "1/30"),
        # Two frames of 120 a second are less than the audio's priming: three.
        ("120", 240, 480, 15_360, "1/40"),
        ("179/6", 60, 120, 11_456, "12/179"),
        ("25/2", 25, 50, 12_800, "4/25"),
    ],
)
def test_clock(rate: str, gop: int, segment: int, timescale: int, base: str) -> None:
    plan = make_plan(source(frame_rate=Fraction(rate)), WEB)
    assert (plan.gop_frames, plan.grid.segment_frames, plan.timescale) == (gop, segment, timescale)
    assert plan.base_seconds == Fraction(base)
    # Whole ticks, or frames would drift.
    assert plan.timescale / plan.frame_rate == plan.frame_ticks
    assert plan.base_seconds * plan.timescale == plan.base_ticks


def test_only_countable_frames_are_cut_into_chunks() -> None:
    assert len(make_plan(source(frames=1000), WEB, even(4)).chunks) == 4
    assert len(make_plan(source(frames=1000, variable_frame_rate=True), WEB, even(4)).chunks) == 1
    assert len(make_plan(source(frames=1000, format="mpegts"), WEB, even(4)).chunks) == 1


def test_a_variable_rate_has_a_fine_clock_and_a_base_of_the_priming() -> None:
    plan = make_plan(source(variable_frame_rate=True), WEB)
    assert plan.timescale == 90_000
    assert plan.base_ticks == 2090
    assert plan.base_seconds >= Fraction(1024, 44_100)


def test_plans_and_sources_survive_json() -> None:
    info = source(frame_rate=Fraction(30000, 1001))
    assert SourceInfo.from_json(info.to_json()) == info
    assert '"30000/1001"' in info.to_json()
    plan = make_plan(info, WEB, even(2))
    assert EncodePlan.from_json(plan.to_json()) == plan
