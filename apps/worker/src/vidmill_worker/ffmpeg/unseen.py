"""The clock of a source without pictures. Pure."""

from __future__ import annotations

import math
from fractions import Fraction

from vidmill.sources import SourceInfo, VideoStream

RATE = Fraction(25)
"""Pictures a second that are not there: what bounds of times are a fraction of."""


def unseen(source: SourceInfo) -> VideoStream:
    """A stream that is in no file and that nothing reads: it begins with the first sound and lasts
    as long as there is any."""
    seconds = Fraction(source.duration_seconds).limit_denominator(1_000_000)
    return VideoStream(
        index=-1,
        codec="",
        profile=None,
        coded_width=2,
        coded_height=2,
        width=2,
        height=2,
        rotation=0,
        sample_aspect_ratio=Fraction(1),
        pixel_format="",
        bit_depth=8,
        color_range=None,
        color_space=None,
        color_transfer=None,
        color_primaries=None,
        field_order="progressive",
        frame_rate=RATE,
        frames=max(1, math.ceil(seconds * RATE)),
        variable_frame_rate=False,
        start_seconds=min(stream.start_seconds for stream in source.audio),
        duration_seconds=seconds,
        bitrate_bps=None,
    )
