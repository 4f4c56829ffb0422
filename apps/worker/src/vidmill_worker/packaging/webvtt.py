"""WebVTT files (W3C WebVTT 1, and RFC 8216, 3.5, for HLS). Pure: cues in, text out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

MPEGTS_CLOCK = 90_000
"""Ticks a second of the times in X-TIMESTAMP-MAP."""


@dataclass(frozen=True, slots=True, order=True)
class Cue:
    """One text on the screen. Milliseconds from the first picture on, the unit of the format."""

    start_ms: int
    end_ms: int
    payload: str
    """Safe cue text as `cue_text.payload` makes it: escaped, without an empty line."""


def document(cues: Sequence[Cue], base_seconds: Fraction) -> str:
    """A whole file. `base_seconds` is where the segments' clock is at the first picture, which HLS
    players must be told; others skip the line and take the cues' times as they are."""
    lines = [
        "WEBVTT",
        f"X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:{round(base_seconds * MPEGTS_CLOCK)}",
        "",
    ]
    for cue in sorted(cues):
        lines += [f"{clock(cue.start_ms)} --> {clock(cue.end_ms)}", cue.payload, ""]
    return "\n".join(lines)


def clock(milliseconds: int, point: str = ".") -> str:
    """hh:mm:ss.ttt; hours have more digits where they need them."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{point}{rest:03d}"
