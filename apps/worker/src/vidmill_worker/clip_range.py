"""Which frames of a source a clip takes. Pure arithmetic.

Imports only the standard library: the probing child uses it.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction


def find_range(
    times: Sequence[int],
    time_base: Fraction,
    rate: Fraction | None,
    bounds: tuple[Fraction, Fraction | None],
    duration: Fraction,
) -> dict[str, str | int | None] | None:
    """The frames at or after the first of the `bounds` and before the second, as plain JSON values
    of a `sources.ClipRange`; None if there is none.

    `times` are sorted presentation times in units of `time_base`; with a constant `rate` frame n is
    taken to be at `n / rate`, as it is in the output. Bounds and `duration` (of the whole) are in
    seconds from the first frame on.
    """
    start, end = bounds

    def count_before(seconds: Fraction) -> int:
        if rate is not None:
            return min(len(times), math.ceil(seconds * rate))
        return bisect_left(times, times[0] + math.ceil(seconds / time_base))

    def time_of(number: int) -> Fraction:
        if rate is not None:
            return number / rate
        return (times[number] - times[0]) * time_base

    first = count_before(start)
    stop = len(times) if end is None else count_before(end)
    if first >= stop:
        return None
    until = duration if end is None else min(duration, end)
    length = (stop - first) / rate if rate is not None else until - time_of(first)
    zero = times[0] * time_base
    return {
        "first_frame": first,
        "frames": stop - first,
        "previous_seconds": str(zero + time_of(first - 1)) if first else None,
        "start_seconds": str(zero + time_of(first)),
        "duration_seconds": str(length),
    }
