"""Fewer frames a second, evenly: which frames of a source are left out. Pure arithmetic.

Frame m of what is made is frame floor(m * source / target) of the source, so that both rates are
exact and any chunk knows its frames without knowing those before.
"""

from __future__ import annotations

import math
from fractions import Fraction

TOLERANCE = Fraction(1002, 1000)
"""30000/1001 is what people call 30, and 29.97 what they call 30000/1001."""
SMOOTH = Fraction(3, 4)
"""Every nth frame is smoother than an uneven choice, if it comes this close to the limit."""


def reduced_rate(rate: Fraction, max_fps: float | None, *, variable: bool = False) -> Fraction:
    """The rate to make of a source's: its own if that is no more than `max_fps`; else every second
    (third, ...) frame of it, or the limit itself where that would be much less. Of a variable rate,
    whose average says little about any moment, always the limit."""
    if max_fps is None:
        return rate
    limit = Fraction(max_fps).limit_denominator(1001)
    if rate <= limit * TOLERANCE:
        return rate
    every = rate / math.ceil(rate / (limit * TOLERANCE))
    return every if every >= limit * SMOOTH and not variable else limit


def source_frame(frame: int, source: Fraction, target: Fraction) -> int:
    """Number of the source's frame that becomes frame number `frame`."""
    return math.floor(frame * source / target)


def frames_left(frames: int, source: Fraction, target: Fraction) -> int:
    """How many of a source's frames are kept."""
    return math.ceil(frames * target / source)


def select_by_number(first: int, source: Fraction, target: Fraction) -> str:
    """FFmpeg expression (select filter) that keeps the right frames of those from the source's
    number `first` on. Exact, as products stay far below 2^53."""
    ratio = target / source
    kept, of = ratio.numerator, ratio.denominator
    place = f"mod((n+{first})*{kept},{of})"
    # Frame i is kept where a multiple of `of` lies in [i * kept, (i + 1) * kept).
    return f"eq({place},0)+gt({place}+{kept},{of})"


def select_by_time(source: Fraction, target: Fraction) -> str:
    """The same for a variable rate that is `source` on average: at most one frame in each slot of
    1 / `target` seconds. Slots start half a frame early, so that jitter moves none to another."""
    early = float(target / source / 2)
    slot = f"floor({{}}*{float(target):.6f}+{early:.6f})"
    return f"isnan(prev_selected_t)+gt({slot.format('t')},{slot.format('prev_selected_t')})"
