"""A source and tracks as probing and encoding would describe them, for tests without files."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from vidmill.sources import AudioStream, SourceInfo, VideoStream
from vidmill_worker.results import AudioResult, Segment, Track


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
    top = {
        key: changes.pop(key) for key in ("format", "clip", "audio", "subtitles") if key in changes
    }
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


def track(name: str = "720p", sizes: tuple[int, ...] = (500_000, 400_000, 100_000)) -> Track:
    """Segments of 4 s at 25 frames a second; the last one lasts 2 s."""
    segments = tuple(
        Segment(
            number=n,
            decode_time=n * 51_200,
            decode_end=n * 51_200 + (51_200 if n < len(sizes) - 1 else 25_600),
            start_time=1024 + n * 51_200,
            duration_ticks=51_200 if n < len(sizes) - 1 else 25_600,
            samples=100 if n < len(sizes) - 1 else 50,
            size_bytes=size,
        )
        for n, size in enumerate(sizes)
    )
    return Track(
        name=name,
        codecs="avc1.64001F",
        timescale=12_800,
        init_size_bytes=800,
        init_sha256="00",
        segments=segments,
        width=1280,
        height=720,
    )


def sound() -> AudioResult:
    """Stereo of ten seconds, as `source` has it."""
    lengths = (188 * 1024, 187 * 1024, 95 * 1024)
    starts = [3840 - 1024 + sum(lengths[:n]) for n in range(3)]
    segments = tuple(
        Segment(
            number=n,
            decode_time=start,
            decode_end=start + length,
            start_time=start,
            duration_ticks=length,
            samples=length // 1024,
            size_bytes=64_000,
        )
        for n, (start, length) in enumerate(zip(starts, lengths, strict=True))
    )
    return AudioResult(
        tracks=(
            Track(
                name="audio",
                codecs="mp4a.40.2",
                timescale=48_000,
                init_size_bytes=700,
                init_sha256="11",
                segments=segments,
            ),
        ),
        notes=(),
        mp3_name="audio/audio.mp3",
        mp3_size_bytes=240_000,
        cpu_seconds=0.5,
        wall_seconds=0.5,
    )
