"""How work on finished segments gets at them: for a while, and only those that it needs."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from fractions import Fraction

from vidmill_worker.results import Segment, Track

Borrow = Callable[[Track], AbstractAsyncContextManager[None]]
"""Within the context, the init segment and the media segments of a track are in the directory.
Afterwards they may be gone."""


class Timeline:
    """When which segment of a track is shown; times are ticks of its timescale."""

    def __init__(self, track: Track) -> None:
        self.track = track
        self._starts = [segment.start_time for segment in track.segments]
        last = track.segments[-1]
        self.start = self._starts[0]
        self.end = last.start_time + last.duration_ticks

    @property
    def seconds(self) -> Fraction:
        return Fraction(self.end - self.start, self.track.timescale)

    def shown(self, start: int, end: int) -> tuple[Segment, ...]:
        """The segments that are shown from `start` until before `end`; at least one."""
        first = max(0, bisect_right(self._starts, start) - 1)
        return self.track.segments[first : max(first + 1, bisect_left(self._starts, end))]


def only(track: Track, segments: Sequence[Segment]) -> Track:
    """A track of some of its segments."""
    return track.model_copy(update={"segments": tuple(segments)})


def smallest(tracks: Sequence[Track], long_side: int) -> Track:
    """The smallest rendition whose longer side has that many pixels, else the largest."""
    by_size = sorted(tracks, key=lambda track: track.width * track.height)
    fitting = [track for track in by_size if max(track.width, track.height) >= long_side]
    return fitting[0] if fitting else by_size[-1]


def fit(track: Track, long_side: int) -> tuple[int, int]:
    """Width and height of a track shrunk into a square of that side, both even, never enlarged."""
    scale = min(1.0, long_side / max(track.width, track.height))
    width, height = (max(2, 2 * round(side * scale / 2)) for side in (track.width, track.height))
    return width, height
