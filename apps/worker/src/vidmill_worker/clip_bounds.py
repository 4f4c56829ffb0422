"""The part of a source that a job asks for: how the child is told, and whether it is there."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from vidmill.edits import Clip
from vidmill.errors import InvalidSource
from vidmill.sources import ClipRange, VideoStream


def arguments(clip: Clip | None) -> list[str]:
    """Of the child, behind the source: start and end, exactly; an empty end means the source's."""
    if clip is None:
        return []
    return [str(clip.start), "" if clip.end is None else str(clip.end)]


def clip_range(
    clip: Clip | None, found: dict[str, Any] | None, video: VideoStream, min_seconds: float
) -> ClipRange | None:
    """The frames that the child found for a clip.

    Raises InvalidSource: clip_out_of_range, too_short.
    """
    if clip is None:
        return None
    length, frame = video.duration_seconds, 1 / video.frame_rate
    if clip.start >= length:
        raise InvalidSource(
            "clip_out_of_range",
            f"The clip starts at {float(clip.start):g} s, but the video lasts "
            f"{float(length):.3f} s. Choose an earlier start_seconds.",
        )
    # A frame of grace: people read lengths that were rounded.
    if clip.end is not None and clip.end > length + frame:
        raise InvalidSource(
            "clip_out_of_range",
            f"The clip ends at {float(clip.end):g} s, but the video lasts {float(length):.3f} s. "
            "Choose an earlier end_seconds, or leave it out.",
        )
    part = None if found is None else ClipRange.model_validate(found)
    seconds = Fraction(0) if part is None else part.duration_seconds
    # Half a frame of grace, as for whole videos.
    if part is None or float(seconds + frame / 2) < min_seconds:
        raise InvalidSource(
            "too_short",
            f"The clip lasts {float(seconds):.3f} s; at least {min_seconds:g} s are needed. "
            "Move its start_seconds or end_seconds.",
        )
    return part
