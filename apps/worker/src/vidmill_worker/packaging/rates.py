"""Bit rates of a track as playlists state them."""

from __future__ import annotations

import math
from fractions import Fraction

from vidmill_worker.results import Track


def average_bps(track: Track) -> int:
    """Bits a second over the whole track, rounded up."""
    return math.ceil(track.size_bytes * 8 / track.duration_seconds)


def peak_bps(track: Track) -> int:
    """Peak segment bit rate (RFC 8216, 4.1): the largest bit rate of any contiguous run of
    segments that lasts between half and one and a half target durations."""
    target = target_seconds(track)
    best = Fraction(0)
    durations = [track.seconds(segment) for segment in track.segments]
    for first in range(len(durations)):
        seconds, size = Fraction(0), 0
        for number in range(first, len(durations)):
            seconds += durations[number]
            size += track.segments[number].size_bytes
            if seconds > target * Fraction(3, 2):
                break
            if seconds >= target / Fraction(2):
                best = max(best, size * 8 / seconds)
    # A track shorter than half a target duration has no such run.
    return math.ceil(best) or average_bps(track)


def target_seconds(track: Track) -> int:
    """EXT-X-TARGETDURATION: no segment, rounded to the nearest second, is longer (4.3.3.1)."""
    longest = max(track.seconds(segment) for segment in track.segments)
    return max(1, math.floor(longest + Fraction(1, 2)))
