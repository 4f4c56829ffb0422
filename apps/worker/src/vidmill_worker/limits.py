"""Which sources are taken. Imports only the standard library: the probing child uses it."""

from __future__ import annotations

from dataclasses import dataclass

MAX_STREAMS = 64
"""More than any camera, editor or disc puts into a file."""
MAX_PICTURE_SECONDS = 6 * 3600
"""Longest time that one picture is shown: MP4 holds 2**31 ticks of its clock."""
MAX_GAP_SECONDS = 3600
"""Longest hole in the sound, or before it: it is filled with silence, which is kept in memory."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Which sources are taken; the defaults are those of `vidmill.settings`."""

    min_seconds: float = 1
    max_seconds: float = 86_400
    max_bytes: int = 20_000_000_000
    min_short_side: int = 360
    max_pixels: int = 8192 * 4352
    """Largest coded picture: H.264 level 6.2 and a little."""
    max_frame_rate: int = 300
    max_frames: int = 10_368_000
    """A day at 120 frames a second: bounds what an index, or reading all packets, may cost."""
    max_total_pixels: int = 50 * 10**12
    """Of all pictures together: what decoding costs. A day of 3840x2160 at 60 has 43 * 10**12."""


DEFAULT = Limits()
