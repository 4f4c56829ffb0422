"""What is done to a video before it is encoded, as jobs take it and show it."""

from __future__ import annotations

from typing import TypedDict


class Clip(TypedDict, total=False):
    """The part of a source that is made, in seconds from its first frame on."""

    start_seconds: float
    end_seconds: float


class _WatermarkKey(TypedDict):
    input_key: str


class Watermark(_WatermarkKey, total=False):
    """A PNG laid over the video; `input_key` as `Client.upload_file` answers it."""

    position: str
    width_percent: float
    margin_percent: float
    opacity: float


class BurnIn(TypedDict, total=False):
    """Subtitles drawn into the pictures: an uploaded file, or a track of the source, from 0 on."""

    input_key: str
    track: int


class Edits(TypedDict, total=False):
    """What is done to a source before it is encoded."""

    clip: Clip
    watermark: Watermark
    burn_in: BurnIn
