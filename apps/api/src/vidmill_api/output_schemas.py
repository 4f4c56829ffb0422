"""What the API answers about what a job has published, as models; see `schemas`."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from vidmill.jobs import AssetKind
from vidmill_api.schemas import Output


class RenditionView(Output):
    """A published video quality."""

    id: UUID
    name: str
    width: int
    height: int
    codec: str
    codecs: str
    fps: float
    frames: int
    duration_seconds: float
    bitrate_bps: int
    size_bytes: int
    mp4_url: str | None
    mp4_size_bytes: int | None
    playlist_key: str
    psnr: float | None = Field(description="dB against the source, if the job asked for it.")
    ssim: float | None = Field(description="0 to 1, if the job asked for it.")
    vmaf: float | None = Field(description="0 to 100, if the job asked for it.")


class AssetView(Output):
    """A published file."""

    id: UUID
    kind: AssetKind
    name: str
    rendition: str | None
    key: str
    content_type: str
    size_bytes: int
    language: str | None = Field(description="Of sound and text, as in BCP 47.")
    label: str | None = Field(description="What players call a track of sound or text.")
    url: str


class Playback(Output):
    """Where to play it."""

    hls_url: str
    dash_url: str | None
    poster_url: str | None
    thumbnail_url: str | None = Field(
        description="The poster, at most 320 pixels wide, for lists; the poster itself where no "
        "smaller one was made."
    )
    storyboard_url: str | None = Field(
        description="WebVTT of small pictures for a scrub bar; its sprites lie beside it."
    )


class AssetPage(Output):
    """A job's published files; always one page."""

    items: list[AssetView]
    next_cursor: str | None
    total: int
