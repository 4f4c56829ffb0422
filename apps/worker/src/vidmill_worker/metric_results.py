"""How good renditions are: what was measured, stored with the metrics task."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Scores(_Record):
    """Of one rendition; None where it was not asked for."""

    psnr: float | None = None
    """dB, of the mean squared error over all planes and pictures; 100 for what is identical."""
    ssim: float | None = None
    """0 to 1, mean over all planes and pictures."""
    vmaf: float | None = None
    """0 to 100, mean over the judged pictures."""


class MetricsResult(_Record):
    """All renditions against the source."""

    scores: dict[str, Scores]
    width: int
    """Pixels in which source and renditions were compared."""
    height: int
    frames: int
    """Pictures that were compared."""
    of_frames: int
    """Pictures that the video has."""
    vmaf_model: str | None
    notes: tuple[str, ...] = ()
    """What was not measured and why, a sentence each."""
    cpu_seconds: float
    wall_seconds: float
