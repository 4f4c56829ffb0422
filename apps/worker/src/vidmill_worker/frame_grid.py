"""Is a stream's frame rate constant, and which one is it exactly? Pure arithmetic.

Imports only the standard library: the probing child uses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

STANDARD_RATES = tuple(
    Fraction(rate)
    for rate in (
        *(10, "25/2", 15, 24, 25, 30, 48, 50, 60, 90, 100, 120, 240),
        *("24000/1001", "30000/1001", "48000/1001", "60000/1001", "120000/1001"),
    )
)
HALF_FRAME = Fraction(1, 2)
"""A frame this far (in frame durations) from its place could be taken for its neighbour."""
QUARTER_FRAME = Fraction(1, 4)
"""An odd rate must fit better than that: it may be an even one with a hole spread over it."""
ROUNDING = Fraction(1, 20)
"""Deviation that a container's coarse clock explains: 1 ms at 50 frames per second."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Frame n is shown at `first + n / rate`, give or take `deviation` frame durations."""

    rate: Fraction
    deviation: Fraction

    @property
    def is_constant(self) -> bool:
        return self.deviation < HALF_FRAME


def fit(times: Sequence[int], time_base: Fraction, hints: Iterable[Fraction | None]) -> Grid:
    """Find the rate that explains sorted presentation times (in units of `time_base`) best.

    `hints` are rates the container states. A standard rate is preferred to an odd one that fits
    better if the container states it or rounding of the times explains the difference. A single
    frame takes a hint.
    """
    measured = _measure(times, time_base)
    stated = {_tidy(rate) for rate in hints if rate is not None and 1 <= rate <= 1000}
    if measured is None:
        return Grid(min(stated, default=Fraction(25)), Fraction(0))
    near = {rate for rate in STANDARD_RATES if abs(rate / measured - 1) < Fraction(1, 20)}
    grids = sorted(
        (Grid(rate, _deviation(times, time_base, rate)) for rate in stated | near | {measured}),
        key=lambda grid: grid.deviation,
    )
    best = grids[0]
    if not best.is_constant:
        return Grid(measured, best.deviation)
    standard = [grid for grid in grids if grid.rate in STANDARD_RATES and grid.is_constant]
    for grid in standard:
        if grid.rate in stated or grid.deviation <= best.deviation + ROUNDING:
            return grid
    if best.deviation > QUARTER_FRAME:
        return Grid(best.rate, HALF_FRAME)
    return best


def _measure(times: Sequence[int], time_base: Fraction) -> Fraction | None:
    span = (times[-1] - times[0]) * time_base
    return _tidy((len(times) - 1) / span) if span > 0 else None


def _tidy(rate: Fraction) -> Fraction:
    """A rate whose numerator fits every container's time base; 1e-6 off at most."""
    return rate.limit_denominator(1001) or 1 / Fraction(round(1 / rate))


def _deviation(times: Sequence[int], time_base: Fraction, rate: Fraction) -> Fraction:
    """Largest distance of any frame from its place on the grid, in frame durations; the first of
    half a frame or more, if there is one, as that settles it."""
    step = time_base * rate
    first, up, down = times[0], step.numerator, step.denominator
    low = high = 0
    for index, time in enumerate(times):
        off = (time - first) * up - index * down
        if low <= off <= high:
            continue
        low, high = min(low, off), max(high, off)
        if 2 * max(high, -low) >= down:
            break
    return Fraction(max(high, -low), down)
