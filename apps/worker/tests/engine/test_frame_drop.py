"""Which frames of a source are left out, to the frame."""

from __future__ import annotations

import operator
import re
from fractions import Fraction
from itertools import pairwise

import pytest

from vidmill_worker.ffmpeg.frame_drop import (
    frames_left,
    reduced_rate,
    select_by_number,
    source_frame,
)


@pytest.mark.parametrize(
    ("rate", "limit", "expected"),
    [
        ("60", 30, "30"),
        ("50", 30, "25"),  # every second frame rather than three of five
        ("60000/1001", 30, "30000/1001"),
        ("60000/1001", 59.94, "60000/1001"),
        ("30000/1001", 29.97, "30000/1001"),
        ("30", 29.97, "30"),
        ("60", 24, "20"),
        ("30", 25, "25"),  # every second frame would be 15: too few
        ("60", 50, "50"),
        ("25", 30, "25"),
        ("25", None, "25"),
        ("240", 60, "60"),
    ],
)
def test_rates(rate: str, limit: float | None, expected: str) -> None:
    assert reduced_rate(Fraction(rate), limit) == Fraction(expected)


RATES = [
    (Fraction(60), Fraction(30)),
    (Fraction(30), Fraction(25)),
    (Fraction(60), Fraction(50)),
    (Fraction(60_000, 1001), Fraction(50)),
    (Fraction(25), Fraction(24)),
]


@pytest.mark.parametrize(("source", "target"), RATES)
@pytest.mark.parametrize("first_frame", [0, 1, 7, 96, 100_000])
def test_the_filter_keeps_what_the_plan_counts(
    source: Fraction, target: Fraction, first_frame: int
) -> None:
    first = source_frame(first_frame, source, target)
    expression = select_by_number(first, source, target)
    kept = [first + n for n in range(300) if evaluate(expression, n)]
    assert kept == [source_frame(first_frame + n, source, target) for n in range(len(kept))]
    # Evenly: steps between kept frames differ by one at most.
    steps = {after - before for before, after in pairwise(kept)}
    assert max(steps) - min(steps) <= 1


@pytest.mark.parametrize(("source", "target"), RATES)
def test_frames_add_up(source: Fraction, target: Fraction) -> None:
    for frames in (1, 2, 3, 59, 60, 61, 1001):
        left = frames_left(frames, source, target)
        assert source_frame(left - 1, source, target) < frames <= source_frame(left, source, target)


def evaluate(expression: str, n: int) -> bool:
    """FFmpeg's arithmetic for the functions used here."""
    names = {"eq": operator.eq, "gt": operator.gt, "mod": operator.mod, "n": n}
    assert re.fullmatch(r"[a-z0-9+*(),]+", expression)
    return bool(eval(expression, {"__builtins__": {}}, names))  # noqa: S307  # our own text
