"""What is known of a source once it was probed: exact, immutable, and stored as JSON with the job.

Times are seconds, rates are exact fractions: 30000/1001 stays 30000/1001, in JSON "30000/1001".
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer


def _parse_fraction(value: Any) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(value)


Rational = Annotated[
    Fraction,
    BeforeValidator(_parse_fraction),
    PlainSerializer(str, return_type=str, when_used="json"),
]
"""An exact fraction; JSON holds it as text ("25" or "30000/1001")."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class VideoStream(_Record):
    """The video stream that will be transcoded: the default one, never a cover picture."""

    index: int
    codec: str
    profile: str | None
    coded_width: int
    coded_height: int
    width: int
    """Display width in square pixels: sample aspect ratio and rotation applied."""
    height: int
    """Display height in square pixels."""
    rotation: int
    """Clockwise degrees that a player turns the picture by: 0, 90, 180 or 270."""
    sample_aspect_ratio: Rational
    pixel_format: str
    bit_depth: int
    color_range: str | None
    color_space: str | None
    color_transfer: str | None
    color_primaries: str | None
    field_order: str
    """progressive, tt, bb, tb, bt (as FFmpeg writes them) or unknown."""
    frame_rate: Rational
    """Frames per second; exact for a constant rate, the average for a variable one."""
    frames: int
    """Frames a decoder shows: packets of the stream that no edit list discards."""
    variable_frame_rate: bool
    """True if a frame lies half a frame duration or more off the even grid of `frame_rate`."""
    start_seconds: Rational
    """Presentation time of the first frame, on the container's own clock."""
    duration_seconds: Rational
    """From the first frame's start to the last frame's end."""
    bitrate_bps: int | None

    @property
    def short_side(self) -> int:
        """Display pixels of the shorter side: what rungs are named by."""
        return min(self.width, self.height)

    @property
    def is_interlaced(self) -> bool:
        return self.field_order in {"tt", "bb", "tb", "bt"}

    @property
    def is_hdr(self) -> bool:
        """True for PQ and HLG, the transfers of ITU-R BT.2100."""
        return self.color_transfer in {"smpte2084", "arib-std-b67"}


class AudioStream(_Record):
    """One audio stream, in the order of the file."""

    index: int
    codec: str
    channels: int
    channel_layout: str
    sample_rate: int
    language: str | None
    """ISO 639-2 code; None if unknown or `und`."""
    title: str | None = None
    """For people, in one line; None if it has none."""
    dispositions: tuple[str, ...] = ()
    """What it is for, in FFmpeg's words: default, comment, visual_impaired, …"""
    start_seconds: Rational
    """Presentation time of the first sample, on the container's own clock."""
    duration_seconds: Rational | None
    bitrate_bps: int | None


class ClipRange(_Record):
    """A part of a source's frames, counted as a decoder shows them."""

    first_frame: int
    frames: int
    previous_seconds: Rational | None
    """Presentation time of the frame before the first, on the container's own clock; None if the
    first is the source's first."""
    start_seconds: Rational
    """Presentation time of the first frame, on the container's own clock."""
    duration_seconds: Rational
    """From the first frame's start to the last frame's end, or to the end that was asked for."""


class SubtitleStream(_Record):
    """One stream of subtitles, in the order of the file."""

    index: int
    codec: str
    """As FFmpeg names it; "unknown" where it has no decoder for it."""
    language: str | None
    title: str | None
    dispositions: tuple[str, ...]
    """What it is for, in FFmpeg's words: default, forced, hearing_impaired, …"""


class SourceInfo(_Record):
    """A file that passed validation."""

    model_config = ConfigDict(serialize_by_alias=True)

    format: str
    """mp4, mov, 3gp, matroska, webm, avi, flv, asf, mpegts or mxf."""
    demuxer: str
    """FFmpeg's demuxer, found by magic bytes; every later process is pinned to it."""
    size_bytes: int
    duration_seconds: float
    """Of the video stream; of all sound where there are no pictures."""
    start_seconds: Rational
    """Earliest presentation time of any stream: the zero FFmpeg shifts an input to."""
    bitrate_bps: int
    pictures: VideoStream | None = Field(alias="video")
    """None where there is sound alone."""
    audio: tuple[AudioStream, ...]
    """Those that can be decoded."""
    subtitles: tuple[SubtitleStream, ...] = ()
    """Text and pictures alike."""
    notes: tuple[str, ...] = ()
    """What of the file can't be used, a sentence each."""
    clip: ClipRange | None = None
    """The part that was asked for; None for all of it."""

    @property
    def video(self) -> VideoStream:
        """The pictures of a source that has some; raises ValueError for any other."""
        if self.pictures is None:
            raise ValueError("the source has no pictures")
        return self.pictures

    def to_json(self) -> str:
        return self.model_dump_json()

    @classmethod
    def from_json(cls, text: str | bytes) -> SourceInfo:
        """Raises pydantic.ValidationError if the text is not a SourceInfo."""
        return cls.model_validate_json(text)
