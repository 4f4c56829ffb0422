"""Which of the sources that can be read are taken. Pure."""

from __future__ import annotations

from vidmill.errors import InvalidSource
from vidmill.sources import SourceInfo, VideoStream
from vidmill_worker.limits import Limits


def check(source: SourceInfo, limits: Limits) -> None:
    """Hold a probed source against the limits. Raises InvalidSource."""
    video, seconds = source.pictures, source.duration_seconds
    # Half a frame of grace: a second of video may end a rounding error early.
    frame = float(1 / video.frame_rate) if video else 0
    if seconds + frame / 2 < limits.min_seconds:
        raise InvalidSource(
            "too_short",
            f"The video lasts {seconds:.2f} s; at least {limits.min_seconds:g} s are needed.",
        )
    if seconds > limits.max_seconds:
        raise InvalidSource(
            "too_long",
            f"The video lasts {seconds:.0f} s; at most {limits.max_seconds:g} s are taken. Cut it.",
        )
    if video is not None:
        _check_pictures(video, limits)


def _check_pictures(video: VideoStream, limits: Limits) -> None:
    if video.short_side < limits.min_short_side:
        raise InvalidSource(
            "resolution_too_low",
            f"The picture is {video.width}x{video.height}; its shorter side needs at least "
            f"{limits.min_short_side} pixels. Send a larger version.",
        )
    if video.coded_width * video.coded_height > limits.max_pixels:
        raise InvalidSource(
            "too_large",
            f"The picture is {video.coded_width}x{video.coded_height}, more than "
            f"{limits.max_pixels:,} pixels. Send a smaller version.",
        )
    if video.frame_rate > limits.max_frame_rate:
        raise InvalidSource(
            "unsupported_format",
            f"The video has {float(video.frame_rate):.0f} frames a second; at most "
            f"{limits.max_frame_rate} are taken. Send a version with a common frame rate.",
        )
    if video.frames > limits.max_frames:
        raise InvalidSource(
            "too_long",
            f"The video has {video.frames:,} pictures; at most {limits.max_frames:,} are taken. "
            "Cut it.",
        )
    total = video.frames * video.coded_width * video.coded_height
    if total > limits.max_total_pixels:
        raise InvalidSource(
            "too_large",
            f"The video's {video.frames:,} pictures have {total:,} pixels in all; at most "
            f"{limits.max_total_pixels:,} are taken. Send a shorter or a smaller version.",
        )
