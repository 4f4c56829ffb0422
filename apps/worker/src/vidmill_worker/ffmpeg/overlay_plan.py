"""What is laid over the pictures of a job, once, at the size of its largest rendition. Pure."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from vidmill.edits import Watermark
from vidmill.sources import VideoStream

HD_HEIGHT = 720
"""From this height on, players take pictures that name no matrix for BT.709, below for BT.601."""


class WatermarkPlan(BaseModel):
    """Where a picture is laid over each frame of the largest rendition, in its pixels."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str
    """Of the PNG."""
    x: int
    y: int
    width: int
    height: int
    opacity: float
    untagged_matrix: str | None
    """YUV matrix of a video that names none; None if it does."""


class BurnInPlan(BaseModel):
    """Subtitles that are drawn into the largest rendition."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str
    """Of the script."""


def plan_watermark(
    wanted: Watermark,
    size: tuple[int, int],
    sha256: str,
    frame: tuple[int, int],
    video: VideoStream,
) -> WatermarkPlan:
    """Place a PNG of `size` on a `frame` (both width and height in pixels)."""
    frame_width, frame_height = frame
    margin = frame_width * wanted.margin_percent / 100
    width = frame_width * wanted.width_percent / 100
    scale = min(
        width / size[0], (frame_width - 2 * margin) / size[0], (frame_height - 2 * margin) / size[1]
    )
    width, height = (max(2, _even(side * scale)) for side in size)
    return WatermarkPlan(
        sha256=sha256,
        x=_place(wanted.position, ("left", "right"), frame_width, width, margin),
        y=_place(wanted.position, ("top", "bottom"), frame_height, height, margin),
        width=width,
        height=height,
        opacity=wanted.opacity,
        untagged_matrix=_untagged_matrix(video, frame_height),
    )


def _place(position: str, ends: tuple[str, str], frame: int, size: int, margin: float) -> int:
    """Even, as chroma has half the resolution."""
    near, far = ends
    if near in position:
        return _even(margin)
    if far in position:
        return _even(frame - size - margin)
    return _even((frame - size) / 2)


def _even(pixels: float) -> int:
    return max(0, 2 * round(pixels / 2))


def _untagged_matrix(video: VideoStream, height: int) -> str | None:
    if video.is_hdr or video.color_space is not None:
        return None
    return "bt709" if height >= HD_HEIGHT else "smpte170m"
