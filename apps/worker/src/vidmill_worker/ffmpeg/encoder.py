"""What is to be known of one of FFmpeg's encoders; `encoders` lists them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from vidmill.codecs import VideoCodec

if TYPE_CHECKING:
    from vidmill_worker.ffmpeg.plan import EncodePlan, RungPlan

Options = dict[str, Any]
Family = Literal["x264", "nvenc", "qsv", "vaapi"]
"""As the setting VIDEO_ENCODER names them; x264 stands for all encoders in software."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """One of FFmpeg's encoders."""

    codec: VideoCodec
    settings: Callable[[EncodePlan, int], Options]
    """Options that all rungs share, from the plan and the number of threads (0: its own choice)."""
    rate: Callable[[RungPlan], Options]
    """Options of one rung, without the suffix that names its stream."""
    family: Family = "x264"
    reorders: bool = False
    """Whether it may be told to make B-frames, which are decoded before they are shown. Codecs
    whose packets hold hidden pictures (AV1, VP9) need no reordering of packets."""
    always_two_passes: bool = False
    takes_threads: bool = False
    """Whether it takes the number of threads from FFmpeg's option of that name."""
    join: tuple[str, str] | None = None
    """(name of an option, what to add to it) where a chunk of constant quality begins that is not
    the first."""
    looks_past_end: int = 0
    """How many frames behind a chunk it should be shown: it decides by what follows how many bits
    a picture is worth, and would starve the last ones. What it makes of them is dropped."""
    patience: int = 1
    """How many times longer than others it may show no frame: it looks ahead over dozens of them,
    each of which may take seconds."""
    start: tuple[str, ...] = ()
    """Global options, before any input."""
    handover: tuple[tuple[str, Options], ...] = ()
    """Filters behind all others that bring pictures to where it takes them."""

    @property
    def in_hardware(self) -> bool:
        """Whether a machine may lack it."""
        return self.family != "x264"
