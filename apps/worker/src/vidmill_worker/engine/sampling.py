"""Which parts of a long video stand for all of it. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate

from vidmill_worker.results import Track


@dataclass(frozen=True, slots=True)
class Sample:
    """A run of whole segments."""

    first_frame: int
    frames: int
    segments: range
    """Places in the track."""


def samples(track: Track, max_seconds: float, reach_seconds: float = math.inf) -> list[Sample]:
    """Runs of segments, of at most `max_seconds` in all but at least one segment, spread evenly
    over what lies within `reach_seconds`."""
    starts = [0, *accumulate(segment.samples for segment in track.segments)]
    ends = list(accumulate(track.seconds(segment) for segment in track.segments))
    within = max(1, sum(end <= reach_seconds for end in ends))
    longest = max(track.seconds(segment) for segment in track.segments[:within])
    if ends[within - 1] <= max_seconds:
        chosen = list(range(within))
    else:
        count = max(1, int(max_seconds / longest))
        chosen = [within * (2 * number + 1) // (2 * count) for number in range(count)]
    runs: list[range] = []
    for place in chosen:
        if runs and runs[-1].stop == place:
            runs[-1] = range(runs[-1].start, place + 1)
        else:
            runs.append(range(place, place + 1))
    return [Sample(starts[r.start], starts[r.stop] - starts[r.start], r) for r in runs]
