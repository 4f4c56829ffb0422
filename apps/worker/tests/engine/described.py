"""A source as probing would describe it, for tests that need no file."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from vidmill.sources import AudioStream, SourceInfo, VideoStream


def source(**changes: Any) -> SourceInfo:
    """A 1080p source of ten seconds at 25 frames a second, with stereo sound."""
    video = VideoStream(
        index=0,
        codec="h264",
        profile="High",
        coded_width=1920,
        coded_height=1080,
        width=1920,
        height=1080,
        rotation=0,
        sample_aspect_ratio=Fraction(1),
        pixel_format="yuv420p",
        bit_depth=8,
        color_range="tv",
        color_space="bt709",
        color_transfer="bt709",
        color_primaries="bt709",
        field_order="progressive",
        frame_rate=Fraction(25),
        frames=250,
        variable_frame_rate=False,
        start_seconds=Fraction(0),
        duration_seconds=Fraction(10),
        reorder_span_seconds=Fraction(2, 25),
        bitrate_bps=5_000_000,
    )
    audio = AudioStream(
        index=1,
        codec="aac",
        channels=2,
        channel_layout="stereo",
        sample_rate=48_000,
        language="eng",
        start_seconds=Fraction(0),
        duration_seconds=Fraction(10),
        bitrate_bps=128_000,
    )
    top = {key: changes.pop(key) for key in ("format", "audio") if key in changes}
    whole = SourceInfo(
        format="mp4",
        demuxer="mov,mp4,m4a,3gp,3g2,mj2",
        size_bytes=6_000_000,
        duration_seconds=10.0,
        start_seconds=Fraction(0),
        bitrate_bps=5_128_000,
        video=video.model_copy(update=changes),
        audio=(audio,),
    )
    return whole.model_copy(update=top)
