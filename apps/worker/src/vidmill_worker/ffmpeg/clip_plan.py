"""How a part of a source is read: where reading begins, and where it ends."""

from __future__ import annotations

from fractions import Fraction

from pydantic import BaseModel, ConfigDict

from vidmill.sources import Rational, SourceInfo, VideoStream
from vidmill_worker.ffmpeg.unseen import unseen

SOUND_BEFORE_SECONDS = Fraction(1)
"""Sound is read from this long before its first sample on: decoders need some packets to settle
(Opus 80 ms, RFC 7845, 4.6; MP3's bit reservoir reaches back over a few frames)."""


class ClipPlan(BaseModel):
    """Frames are counted as the source's decoder shows them."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    seek_seconds: Rational | None
    """On the source's own clock, between the first frame and the one before it; None where the clip
    begins with the source, or no seek would find that place."""
    sound_seek_seconds: Rational | None
    """The same for sound, a little early; None if it is read from the start."""
    skipped_frames: int
    """Frames before the clip that are decoded and dropped."""
    ends_early: bool
    """The source goes on after the last frame."""


def shown_part(source: SourceInfo) -> VideoStream:
    """The video stream as if the clip were all there is. Of a source without pictures, what plans
    take their clock from: one that shows nothing, for as long as there is sound."""
    if source.pictures is None:
        return unseen(source)
    part = source.clip
    if part is None:
        return source.video
    return source.video.model_copy(
        update={
            "frames": part.frames,
            "start_seconds": part.start_seconds,
            "duration_seconds": part.duration_seconds,
        }
    )


def plan_clip(source: SourceInfo, *, seekable: bool) -> ClipPlan | None:
    """None for a source that is taken as a whole."""
    part = source.clip
    if part is None:
        return None
    seeks = seekable and part.previous_seconds is not None
    sound = part.start_seconds - SOUND_BEFORE_SECONDS
    return ClipPlan(
        # In the middle, so that rounding takes neither neighbour.
        seek_seconds=(part.previous_seconds + part.start_seconds) / 2
        if seeks and part.previous_seconds is not None
        else None,
        sound_seek_seconds=sound if seeks and sound > source.start_seconds else None,
        skipped_frames=0 if seeks else part.first_frame,
        ends_early=part.first_frame + part.frames < source.video.frames,
    )


def clip_notes(source: SourceInfo) -> tuple[str, ...]:
    """A sentence that says what is made."""
    part = source.clip
    if part is None:
        return ()
    start = float(part.start_seconds - source.video.start_seconds)
    return (
        f"Only a part is made: {part.frames} of {source.video.frames} frames, from "
        f"{start:.3f} s on, {float(part.duration_seconds):.3f} s long.",
    )
