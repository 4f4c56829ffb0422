"""Edits: what is done to a video before it is encoded. They belong to a job, not to its preset."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

MAX_SECONDS = 1_000_000
"""Longer than any source that is taken."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Clip(_Record):
    """The part of the source that is made; times count from its first frame, in seconds.

    The first frame is the first whose time is `start_seconds` or later, the last is the last one
    before `end_seconds`. Sound starts and ends with the pictures, to the sample.
    """

    start_seconds: float | None = Field(
        default=None,
        ge=0,
        le=MAX_SECONDS,
        description="The first frame at or after it comes first; from the start if left out.",
    )
    end_seconds: float | None = Field(
        default=None,
        gt=0,
        le=MAX_SECONDS,
        description="The last frame before it comes last; up to the end if left out.",
    )

    @model_validator(mode="after")
    def _not_empty(self) -> Clip:
        if self.start_seconds is None and self.end_seconds is None:
            raise ValueError("give start_seconds, end_seconds or both")
        if self.end_seconds is not None and self.end_seconds <= (self.start_seconds or 0):
            raise ValueError("end_seconds must be greater than start_seconds")
        return self

    @property
    def start(self) -> Fraction:
        """`start_seconds` as it was written: 0.1 is a tenth."""
        return _as_written(self.start_seconds or 0)

    @property
    def end(self) -> Fraction | None:
        """`end_seconds` as it was written."""
        return None if self.end_seconds is None else _as_written(self.end_seconds)


Position = Literal[
    "top-left", "top", "top-right", "left", "center", "right", "bottom-left", "bottom",
    "bottom-right",
]  # fmt: skip


class Watermark(_Record):
    """A picture laid over the whole video, in every rendition; shares are of the video's size as
    it is shown."""

    input_key: str = Field(
        min_length=1,
        max_length=1024,
        description="Key of a PNG of yours, uploaded with purpose watermark.",
    )
    position: Position = "bottom-right"
    width_percent: float = Field(
        default=15,
        gt=0,
        le=100,
        description="Of the video's width; less where the picture would be too high.",
    )
    margin_percent: float = Field(
        default=3, ge=0, le=25, description="Of the video's width, from each edge."
    )
    opacity: float = Field(default=1, gt=0, le=1, description="1 leaves the PNG as it is.")


class BurnIn(_Record):
    """Subtitles drawn into the pictures, in one style for all; times count from the source's first
    frame, also where only a part is made."""

    input_key: str | None = Field(
        default=None,
        min_length=1,
        max_length=1024,
        description="Key of a SubRip, WebVTT or ASS file of yours, uploaded with purpose "
        "subtitles. Of styles only bold, italic and underlined are kept.",
    )
    track: int | None = Field(
        default=None,
        ge=0,
        le=63,
        description="One of the source's own subtitle tracks, counted from 0; it has to be text.",
    )

    @model_validator(mode="after")
    def _one_origin(self) -> BurnIn:
        if (self.input_key is None) == (self.track is None):
            raise ValueError("name one origin: either input_key or track")
        return self


class Edits(_Record):
    """All edits of one job."""

    clip: Clip | None = None
    watermark: Watermark | None = None
    burn_in: BurnIn | None = None


def _as_written(seconds: float) -> Fraction:
    # repr is the shortest decimal that means this float: the one that somebody typed.
    return Fraction(repr(seconds))
