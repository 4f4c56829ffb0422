"""What a plan says of sources that are unlike others."""

from __future__ import annotations

from fractions import Fraction

from vidmill.presets import VideoSettings
from vidmill.sources import SourceInfo


def odd_paths(
    source: SourceInfo, settings: VideoSettings, rate: Fraction, *, seekable: bool
) -> tuple[str, ...]:
    """A sentence for each way in which a source, made with `rate` frames a second, is treated
    unlike others. `seekable`: whether its container leads to a frame by its number."""
    video = source.video
    notes: list[str] = []
    if video.variable_frame_rate:
        notes.append(
            "The frame rate varies, so the video is encoded in one piece and every frame keeps "
            "its own time; it can be played later than others."
        )
    elif not seekable:
        notes.append(
            f"A file of type {source.format} has no index of its frames, so the video is encoded "
            "in one piece; it can be played later than others."
        )
    if video.is_interlaced:
        notes.append("The video is interlaced; it is deinterlaced, a frame for each frame.")
    if video.is_hdr:
        kept = settings.hdr == "keep"
        done = "it is kept so, in 10 bit" if kept else "its tones are mapped to SDR (BT.709)"
        notes.append(f"The video is HDR; {done}.")
    if rate < video.frame_rate:
        notes.append(
            f"Of {float(video.frame_rate):.4g} frames a second, {float(rate):.4g} are kept."
        )
    return tuple(notes)
